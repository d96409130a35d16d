import { describe, expect, test, vi } from "vitest";
import * as tokens from "../../signing/session-tokens.ts";
import { createWorld, HOUR, MINUTE, SECOND, START } from "./world.ts";

const demo = { instanceProfile: "mybucket-access" };

describe("deliver", () => {
  const world = createWorld({
    instances: { demo, plain: {}, empty: { instanceProfile: "empty" }, denied: { instanceProfile: "not-for-ec2" } },
  });

  test("gives the set in force, with all that STS knows of the session", async () => {
    const { credentials, lastUpdatedAt, expiresAt } = await world.credentials("demo", START + 90 * MINUTE);
    const instance = world.instance("demo");
    expect([lastUpdatedAt, expiresAt]).toEqual([START + HOUR, START + 7 * HOUR]);
    expect(credentials.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(credentials.session).toEqual({
      kind: "instance-role",
      accountId: "123456789012",
      roleName: "mybucket-access",
      roleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      roleArn: "arn:aws:iam::123456789012:role/mybucket-access",
      sessionName: instance.instanceId,
      associationId: instance.association?.associationId,
      delivery: "2.0",
      issuedAt: START + HOUR,
      expiresAt: START + 7 * HOUR,
      forcedRotations: 0,
      sourceInstanceArn: `arn:aws:ec2:us-east-1:123456789012:instance/${instance.instanceId}`,
      sourceVpcId: instance.networkInterfaces[0].vpcId,
      sourcePrivateIpv4: instance.networkInterfaces[0].privateIpAddresses[0],
    });
  });

  test.each([
    ["no profile", "plain", START],
    ["a profile without a role", "empty", START],
    ["before the association", "demo", START - 1],
  ])("nothing with %s", (_name, name, at) => {
    expect(world.rotator.deliver(world.instance(name), "2.0", at)).toBeUndefined();
  });

  test("the role's name is there as soon as a profile has one", () => {
    const names = ["demo", "plain", "empty", "denied"].map((name) =>
      world.rotator.roleName(world.instance(name), START),
    );
    expect(names).toEqual(["mybucket-access", undefined, undefined, "not-for-ec2"]);
  });

  test("IMDSv1 and IMDSv2 readers get different keys for the same time, and each its own ones again", async () => {
    const [v1, v2] = [await world.credentials("demo", START, "1.0"), await world.credentials("demo", START, "2.0")];
    for (const part of ["accessKeyId", "secretAccessKey", "sessionToken"] as const) {
      expect(v1.credentials[part]).not.toBe(v2.credentials[part]);
    }
    expect([v1.credentials.session, v2.credentials.session]).toMatchObject([{ delivery: "1.0" }, { delivery: "2.0" }]);
    expect(v1.expiresAt).toBe(v2.expiresAt);
    expect(await world.credentials("demo", START + 1, "1.0")).toBe(v1);
    expect(await world.credentials("demo", START + 1, "2.0")).toBe(v2);
  });

  test("a role that EC2 may not assume gives AWS's words, dated by the last try", async () => {
    const at = (seconds: number) => world.rotator.deliver(world.instance("denied"), "2.0", START + seconds * SECOND);
    expect(at(0)).toEqual({
      outcome: "failure",
      code: "AssumeRoleUnauthorizedAccess",
      message:
        "EC2 cannot assume the role not-for-ec2.  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.",
      lastUpdatedAt: START,
    });
    const tries = Array.from({ length: 60 }, (_, second) => at(second)).map((delivered) =>
      delivered && "lastUpdatedAt" in delivered ? (delivered.lastUpdatedAt - START) / SECOND : undefined,
    );
    expect([...new Set(tries)]).toEqual([0, 3, 9, 19, 41]);
  });

  test("a trust policy that changes meanwhile holds at the next read; what went out stays good", async () => {
    const changing = createWorld({ instances: { demo } });
    const { credentials } = await changing.credentials("demo", START);
    const roles = { "mybucket-access": { trust: "lambda.amazonaws.com" } };
    changing.loadIdentities({ instances: {}, roles }, START);
    expect(changing.rotator.deliver(changing.instance("demo"), "2.0", START)).toMatchObject({ outcome: "failure" });
    expect(await changing.rotator.open(credentials.accessKeyId, credentials.sessionToken)).not.toBe("tampered");
    changing.loadIdentities({ instances: {} }, START);
    expect(await changing.credentials("demo", START)).toMatchObject({ credentials });
  });

  test("as EC2: 6:35:00 from the association, and LastUpdated up to a minute off, each time the same", async () => {
    const fleet = createWorld({ rotation: "ec2", instances: { fleet: { count: 50, ...demo } } });
    const offsets = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const { lastUpdatedAt, expiresAt } = await fleet.credentials(`fleet-${i}`, START);
      expect(expiresAt).toBe(START + 6 * HOUR + 35 * MINUTE);
      expect(Math.abs(lastUpdatedAt - START)).toBeLessThanOrEqual(MINUTE);
      expect(lastUpdatedAt % SECOND).toBe(0);
      expect((await fleet.credentials(`fleet-${i}`, START + HOUR - 1)).lastUpdatedAt).toBe(lastUpdatedAt);
      offsets.add(lastUpdatedAt - START);
    }
    expect(Math.min(...offsets)).toBeLessThan(0);
    expect(Math.max(...offsets)).toBeGreaterThan(0);
  });
});

describe("rotation", () => {
  test("each instance by its own settings, a template's by the template's", async () => {
    const world = createWorld({
      rotation: { lifetime: "2h" },
      instances: {
        demo,
        short: { ...demo, rotation: { lifetime: "30m" } },
        fleet: { ...demo, count: 2, rotation: { lifetime: "10m" } },
        "fleet-x": demo,
      },
    });
    const life = async (name: string) => {
      const { credentials } = await world.credentials(name, START);
      return (credentials.session.expiresAt - credentials.session.issuedAt) / MINUTE;
    };
    expect([await life("demo"), await life("short"), await life("fleet-1"), await life("fleet-x")]).toEqual([
      120, 30, 10, 120,
    ]);
  });

  test("`rotate` renews at that instant, for one or for all, and the old ones stay good", async () => {
    const world = createWorld({ instances: { a: demo, b: demo } });
    const at = START + 10 * MINUTE;
    const keys = async (instant: number) => [
      (await world.credentials("a", instant)).credentials.accessKeyId,
      (await world.credentials("b", instant)).credentials.accessKeyId,
    ];
    const [oldA, oldB] = await keys(at);
    const { credentials: old } = await world.credentials("a", at);
    world.happen({ type: "rotation.forced", at, instanceId: world.instance("a").instanceId });
    const [newA, stillB] = await keys(at);
    expect([newA === oldA, stillB === oldB]).toEqual([false, true]);
    world.happen({ type: "rotation.forced", at });
    const [newerA, newB] = await keys(at);
    expect([newerA === newA, newB === oldB]).toEqual([false, false]);
    expect(await world.rotator.open(old.accessKeyId, old.sessionToken)).toMatchObject({ session: old.session });
    world.happen({ type: "world.reset", at });
    expect(await keys(at)).toEqual([oldA, oldB]);
  });

  test("other settings on reload begin with a new set; what went out before stays good by its own claims", async () => {
    const world = createWorld({ instances: { demo } });
    const { credentials: old } = await world.credentials("demo", START);
    world.load({ instances: { demo: { ...demo, rotation: { lifetime: "1h" } } } }, START + 20 * MINUTE);
    const { credentials } = await world.credentials("demo", START + 30 * MINUTE);
    expect(credentials.session).toMatchObject({ issuedAt: START + 20 * MINUTE, expiresAt: START + 80 * MINUTE });
    const opened = await world.rotator.open(old.accessKeyId, old.sessionToken);
    expect(opened).toMatchObject({ session: { expiresAt: START + 6 * HOUR } });
  });

  test("a reload that changes nothing changes no key", async () => {
    const world = createWorld({ instances: { demo } });
    const before = await world.credentials("demo", START);
    world.load({ instances: { other: demo, demo } }, START + 20 * MINUTE);
    expect(await world.credentials("demo", START + 20 * MINUTE)).toEqual(before);
  });
});

describe("open", () => {
  const world = createWorld({ instances: { demo } });

  test("gives the session and the secret that signs for it", async () => {
    const { credentials } = await world.credentials("demo", START);
    const { session, secretAccessKey } = credentials;
    const opened = await world.rotator.open(credentials.accessKeyId, credentials.sessionToken);
    expect(opened).toMatchObject({ session, secretAccessKey });
  });

  test("a changed token, a token of nobody and another key's token are tampered", async () => {
    const { credentials: v2 } = await world.credentials("demo", START, "2.0");
    const { credentials: v1 } = await world.credentials("demo", START, "1.0");
    const middle = v2.sessionToken.length >> 1;
    const other = v2.sessionToken[middle] === "A" ? "B" : "A";
    const changed = v2.sessionToken.slice(0, middle) + other + v2.sessionToken.slice(middle + 1);
    expect(await world.rotator.open(v2.accessKeyId, changed)).toBe("tampered");
    expect(await world.rotator.open(v2.accessKeyId, "")).toBe("tampered");
    expect(await world.rotator.open(v1.accessKeyId, v2.sessionToken)).toBe("tampered");
  });
});

describe("a second process", () => {
  const launchTime = "2026-11-24T00:00:00Z";
  const instances = { demo: { ...demo, launchTime }, fleet: { ...demo, launchTime, count: 100 } };

  test("with the same key, configuration and launch gives the same credentials, whenever it started, and takes the other's", async () => {
    const first = createWorld({ instances }, "one", START);
    const second = createWorld({ instances }, "one", START + 3 * HOUR + 17 * MINUTE);
    for (const name of ["demo", "fleet-42"]) {
      for (const delivery of ["1.0", "2.0"] as const) {
        const [one, two] = [
          await first.credentials(name, START + 5 * HOUR, delivery),
          await second.credentials(name, START + 5 * HOUR, delivery),
        ];
        expect(two).toEqual(one);
      }
      const { credentials } = await first.credentials(name, START + HOUR);
      const fresh = createWorld({ instances }, "one");
      const opened = await fresh.rotator.open(credentials.accessKeyId, credentials.sessionToken);
      expect(opened).toMatchObject({ session: credentials.session, secretAccessKey: credentials.secretAccessKey });
    }
  });

  test("with another key is another world", async () => {
    const [one, two] = [createWorld({ instances }, "one"), createWorld({ instances }, "two")];
    const { credentials } = await one.credentials("demo", START);
    expect((await two.credentials("demo", START)).credentials.accessKeyId).not.toBe(credentials.accessKeyId);
    expect(await two.rotator.open(credentials.accessKeyId, credentials.sessionToken)).toBe("tampered");
  });
});

describe("cost", () => {
  test("a set is made once, also when two read it at once, and then needs no promise", async () => {
    const seal = vi.fn();
    const made = vi.spyOn(tokens, "sessionTokens").mockImplementationOnce((masterKey) => {
      const real = tokens.sessionTokens(masterKey);
      return { ...real, seal: seal.mockImplementation(real.seal) };
    });
    const world = createWorld({ instances: { fleet: { ...demo, count: 100_000 } } });
    made.mockRestore();
    const read = (index: number, at = START) => world.rotator.deliver(world.instance(`fleet-${index}`), "2.0", at);
    const [first, second] = [read(0), read(0)];
    expect(first).toBeInstanceOf(Promise);
    expect(second).toBe(first);
    const delivered = await first;
    expect(read(0)).toBe(delivered);
    for (let i = 0; i < 1000; i++) await read(i);
    expect(seal).toHaveBeenCalledTimes(1000);
    for (let i = 0; i < 10_000; i++) expect(read(i % 1000, START + i)).not.toBeInstanceOf(Promise);
    expect(seal).toHaveBeenCalledTimes(1000);
  });
});

describe("a session that is asked for", () => {
  const asked = {
    kind: "console",
    accountId: "123456789012",
    userName: "alice",
    userId: "AIDAALICE",
    issuedAt: START,
    expiresAt: START + 12 * HOUR,
    mfaAuthenticatedAt: START,
    tags: { team: "blue" },
  } as const;

  test("gets other credentials each time, in the same second too", async () => {
    const { rotator } = createWorld({});
    const sets = [await rotator.issue(asked), await rotator.issue(asked)];
    for (const member of ["accessKeyId", "secretAccessKey", "sessionToken"] as const) {
      expect(new Set(sets.map((set) => set[member])).size).toBe(2);
    }
    for (const { accessKeyId, secretAccessKey, sessionToken } of sets) {
      expect(await rotator.open(accessKeyId, sessionToken)).toMatchObject({ session: asked, secretAccessKey });
      expect(await createWorld({}).rotator.open(accessKeyId, sessionToken)).toMatchObject({ session: asked });
    }
    expect(await rotator.open(sets[0]?.accessKeyId ?? "", sets[1]?.sessionToken ?? "")).toBe("tampered");
  });
});
