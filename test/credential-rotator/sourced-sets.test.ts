// The sets of a source: asked for once, served while the next is on its way, kept while it is down. Both clocks are moved by hand.

import { describe, expect, test } from "vitest";
import type { Delivered, RotationAnnouncement } from "../../credential-rotator/rotator.ts";
import { createSourcedSets, type SourcedSets } from "../../credential-rotator/sourced-sets.ts";
import type { Asking, SourceCredentials } from "../../credential-sources/obtain.ts";
import { SourceFailure } from "../../credential-sources/source-failure.ts";
import type { CredentialSource } from "../../roles/source.ts";
import { handMovedTime } from "../clock/hand-moved-time.ts";
import { createWorld, HOUR, MINUTE, SECOND, START, type WorldConfiguration } from "./world.ts";

const SOURCE: CredentialSource = { credentialProcess: "keys" };
const real = { trust: "ec2.amazonaws.com", source: SOURCE };
const CONFIGURATION: WorldConfiguration = {
  roles: { real, other: { ...real, source: { file: "/keys" } }, derived: { trust: "ec2.amazonaws.com" } },
  instances: { demo: { instanceProfile: "real" } },
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A world whose sources answer when the test says so; `real` is a machine's clock that is a day behind the simulated one. */
function sourced(configuration = CONFIGURATION) {
  const real = handMovedTime(START - 24 * HOUR);
  let at = START;
  const asked: { source: CredentialSource; asking: Asking; answer: PromiseWithResolvers<SourceCredentials> }[] = [];
  const announced: RotationAnnouncement[] = [];
  const warnings: string[] = [];
  let sources: SourcedSets | undefined;
  const world = createWorld(configuration, "one", START, (parts) => {
    sources = createSourcedSets({
      ...parts,
      obtain: (source, asking) => {
        const answer = Promise.withResolvers<SourceCredentials>();
        asked.push({ source, asking, answer });
        return answer.promise;
      },
      now: () => ({ at, realAt: real.now() }),
      wait: real.wait,
      announce: (announcement) => announced.push(announcement),
      warn: (line) => warnings.push(line),
    });
    return sources;
  });
  const read = (name = "demo") => world.rotator.deliver(world.instance(name, at), "2.0", at);
  const keyOf = (delivered: Delivered | undefined | Promise<Delivered | undefined>) =>
    delivered && "outcome" in delivered && delivered.outcome === "success"
      ? delivered.credentials.accessKeyId
      : delivered;
  return {
    world,
    real,
    asked,
    announced,
    warnings,
    sources: sources as SourcedSets,
    read,
    /** The key that is served at once. */
    key: (name?: string) => keyOf(read(name)),
    /** Moves the simulated clock alone. */
    advance: (milliseconds: number) => {
      at += milliseconds;
    },
    /** Both clocks go on. */
    pass: (milliseconds: number) => {
      at += milliseconds;
      real.pass(milliseconds);
    },
    /** The source answers what it was asked last. */
    async answer(accessKeyId: string, lifetime: number | undefined = HOUR) {
      const expiresAt = real.now() + lifetime;
      asked.at(-1)?.answer.resolve({ accessKeyId, secretAccessKey: "s", sessionToken: "t", expiresAt });
      await turn();
    },
    async refuse(kind: SourceFailure["kind"] = "unavailable") {
      asked.at(-1)?.answer.reject(new SourceFailure(kind, "no luck"));
      await turn();
    },
  };
}

describe("the first set", () => {
  test("is waited for, by all who ask meanwhile, and asked for once", async () => {
    const { read, asked, answer, world, real } = sourced();
    const readers = [read(), read(), read()];
    expect(asked.map(({ source, asking }) => [source, asking.instanceId, asking.region])).toEqual([
      [SOURCE, world.instance("demo").instanceId, "us-east-1"],
    ]);
    await answer("ASIA1");
    const [first, ...others] = await Promise.all(readers);
    expect(first).toEqual({
      outcome: "success",
      credentials: { accessKeyId: "ASIA1", secretAccessKey: "s", sessionToken: "t" },
      lastUpdatedAt: real.now(),
      expiresAt: real.now() + HOUR,
    });
    for (const other of others) expect(other).toBe(first);
    expect(read()).toBe(first);
    expect(real.open).toBe(0);
  });

  test("is waited for five seconds; then its absence is told, and it is served when it comes", async () => {
    const { read, key, asked, answer, real } = sourced();
    const reader = read();
    real.pass(4_999);
    await turn();
    expect(reader).toBeInstanceOf(Promise);
    real.pass(1);
    expect(await reader).toEqual({
      outcome: "failure",
      code: "Failed",
      message: "The source of the role real has not given credentials yet.",
      lastUpdatedAt: real.now(),
    });
    await answer("ASIA1");
    expect(key()).toBe("ASIA1");
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["unavailable", "Failed", "The source of the role real has not given credentials yet."],
    ["refused", "AssumeRoleUnauthorizedAccess", /^EC2 cannot assume the role real\. {2}Please see /],
  ] as const)("that is %s is told as %s", async (kind, code, message) => {
    const { read, refuse, warnings } = sourced();
    const reader = read();
    await refuse(kind);
    const failure = await reader;
    expect(failure).toMatchObject({ outcome: "failure", code });
    expect(failure).toHaveProperty(
      "message",
      expect.toSatisfy((text: string) => text.match(message) !== null),
    );
    expect(read()).toBe(failure);
    expect(warnings).toEqual([
      "role real of instance demo: no luck; it has no credentials, and it is tried again and again",
    ]);
  });

  test("that has run out already is none", async () => {
    const { read, answer, warnings } = sourced();
    const reader = read();
    await answer("ASIA1", -1);
    expect(await reader).toMatchObject({ outcome: "failure", code: "Failed" });
    expect(warnings[0]).toContain("what it gives has run out already, at 2026-11-22T23:59:59.999Z;");
  });

  test("is asked for before anybody reads, for the declared instances; a template's wait to be asked", async () => {
    const { sources, asked, world } = sourced({
      ...CONFIGURATION,
      instances: {
        one: { instanceProfile: "real" },
        two: { instanceProfile: "other" },
        three: { instanceProfile: "derived" },
        four: {},
        fleet: { instanceProfile: "real", count: 100 },
      },
    });
    sources.renewDue(START);
    sources.renewDue(START);
    expect(asked.map(({ asking }) => asking.instanceId)).toEqual(
      ["one", "two"].map((name) => world.instance(name).instanceId),
    );
  });
});

describe("the next set", () => {
  test("comes in the background, the lead before the end: the old one is served meanwhile, and nobody waits", async () => {
    const { key, read, asked, answer, pass, announced, world } = sourced();
    read();
    await answer("ASIA1");
    pass(55 * MINUTE - 1);
    expect([key(), asked.length]).toEqual(["ASIA1", 1]);
    pass(1);
    expect([key(), key(), asked.length]).toEqual(["ASIA1", "ASIA1", 2]);
    await answer("ASIA2");
    expect([key(), asked.length]).toEqual(["ASIA2", 2]);
    const { instanceId } = world.instance("demo");
    expect(announced).toMatchObject([
      { kind: "issued", at: START, instanceId, roleName: "real", accessKeyId: "ASIA1" },
      { kind: "renewed", at: START + 55 * MINUTE, accessKeyId: "ASIA2" },
    ]);
  });

  test.each([
    ["simulated time", (world: ReturnType<typeof sourced>) => world.advance(HOUR)],
    ["real time", (world: ReturnType<typeof sourced>) => world.real.pass(HOUR)],
  ])("comes when only %s has passed, by the heartbeat as well", async (_name, move) => {
    const world = sourced();
    world.read();
    await world.answer("ASIA1", 6 * HOUR);
    move(world);
    world.sources.renewDue(START + HOUR);
    expect(world.asked).toHaveLength(2);
    await world.answer("ASIA2");
    expect(world.key()).toBe("ASIA2");
  });

  test("comes at once when it is forced, for one instance", async () => {
    const world = sourced({
      ...CONFIGURATION,
      instances: { demo: { instanceProfile: "real" }, calm: { instanceProfile: "real" } },
    });
    for (const name of ["demo", "calm"]) {
      world.read(name);
      await world.answer(`ASIA-${name}`);
    }
    world.advance(SECOND);
    const { instanceId } = world.world.instance("demo");
    world.world.happen({ type: "rotation.forced", at: START + SECOND, instanceId });
    world.sources.renewDue(START + SECOND);
    expect(world.asked.map(({ asking }) => asking.instanceId).slice(2)).toEqual([instanceId]);
    await world.answer("ASIA-new");
    expect([world.key("demo"), world.key("calm")]).toEqual(["ASIA-new", "ASIA-calm"]);
  });

  test("that is the same as before is no news", async () => {
    const { read, key, answer, pass, announced, asked } = sourced();
    read();
    await answer("ASIA1");
    pass(55 * MINUTE);
    read();
    await answer("ASIA1", 5 * MINUTE);
    expect([key(), announced.length]).toEqual(["ASIA1", 1]);
    // It is looked for again at half of what is left.
    pass(150 * SECOND);
    read();
    expect(asked).toHaveLength(3);
  });

  test("of another association, run, role or source is another first one", async () => {
    const { world, read, answer, key, asked, advance } = sourced();
    read();
    await answer("ASIA1");
    advance(SECOND);
    world.load(
      { ...CONFIGURATION, roles: { ...CONFIGURATION.roles, real: { ...real, source: { file: "/elsewhere" } } } },
      START + SECOND,
    );
    const reader = read();
    expect(asked.at(-1)?.source).toEqual({ file: "/elsewhere" });
    await answer("ASIA2");
    expect(await reader).toMatchObject({ credentials: { accessKeyId: "ASIA2" } });
    world.load(CONFIGURATION, START + SECOND);
    expect(read()).toBeInstanceOf(Promise);
    await answer("ASIA3");
    expect(key()).toBe("ASIA3");
  });
});

describe("a source that is down", () => {
  test("takes nothing away: the old set is served to its end and beyond, and nobody waits; then all is well again", async () => {
    const { key, read, asked, refuse, answer, pass, warnings, announced } = sourced();
    read();
    await answer("ASIA1");
    pass(55 * MINUTE);
    const begins: number[] = [];
    for (let second = 0; second < 15 * 60; second++) {
      const before = asked.length;
      expect(key()).toBe("ASIA1");
      if (asked.length > before) {
        begins.push(second);
        await refuse(second % 2 ? "refused" : "unavailable");
      }
      pass(SECOND);
    }
    // 2.7 s, 5.4 s, … after each other, seen by a reader of each whole second, and at most 5 min.
    expect(begins).toEqual([0, 3, 9, 20, 42, 86, 173, 346, 646]);
    pass(5 * MINUTE);
    read();
    await answer("ASIA2");
    expect(key()).toBe("ASIA2");
    expect(warnings).toEqual([
      "role real of instance demo: no luck; its last credentials stay, and it is tried again and again",
      "role real of instance demo has new credentials again",
    ]);
    expect(announced.map(({ kind, accessKeyId }) => [kind, accessKeyId])).toEqual([
      ["issued", "ASIA1"],
      ["renewed", "ASIA2"],
    ]);
  });

  test("after a long sleep: who reads waits for a new set, and gets the old one when there is none", async () => {
    const { read, answer, refuse, pass } = sourced();
    read();
    await answer("ASIA1");
    pass(8 * HOUR);
    const reader = read();
    expect(reader).toBeInstanceOf(Promise);
    await refuse();
    expect(await reader).toMatchObject({ outcome: "success", credentials: { accessKeyId: "ASIA1" } });
  });
});

describe("nobody is asked", () => {
  test("where the instance does not run", async () => {
    const { world, read, answer, asked, sources, advance } = sourced();
    read();
    await answer("ASIA1");
    const { instanceId } = world.instance("demo");
    const at = START + SECOND;
    const stop = [{ attribute: "power", from: at, value: "stopped" }] as const;
    world.happen({ type: "instance.changed", at, instanceId, entryName: "demo", changes: stop });
    advance(2 * HOUR);
    expect(read()).toBeUndefined();
    sources.renewDue(START + 2 * HOUR);
    expect(asked).toHaveLength(1);
  });

  test("where EC2 may not assume the role", () => {
    const { read, asked, sources } = sourced({
      ...CONFIGURATION,
      roles: { real: { trust: "lambda.amazonaws.com", source: SOURCE } },
    });
    expect(read()).toMatchObject({ outcome: "failure", code: "AssumeRoleUnauthorizedAccess" });
    sources.renewDue(START);
    expect(asked).toEqual([]);
  });

  test("any more at the end", async () => {
    const { read, asked, refuse, sources, warnings } = sourced();
    const reader = read();
    const settled = sources.settled();
    sources[Symbol.dispose]();
    expect(asked[0]?.asking.signal.aborted).toBe(true);
    await refuse();
    await settled;
    expect([await reader, warnings]).toMatchObject([{ outcome: "failure" }, []]);
  });
});
