// What does a client of IMDS meet on the wire, fault by fault? And the next request, once the fault is cleared, finds all well.

import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { faultKinds } from "../../faults/table.ts";
import type { Simulation } from "../../index.ts";
import type { RawAnswer } from "../imds/socket.ts";
import {
  callers,
  credentials,
  faulty,
  get,
  last,
  outcome,
  put,
  ROLE_PATH,
  raise,
  rawGet,
  rawPut,
  token,
} from "./world.ts";

const DATE = "Tue, 24 Nov 2026 00:00:00 GMT";
const EMPTY = [
  "Content-Length",
  "0",
  "Date",
  DATE,
  "Server",
  "EC2ws",
  "Connection",
  "close",
  "Content-Type",
  "text/plain",
];
const TTL = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds";

const names = ({ rawHeaders }: RawAnswer) => rawHeaders.filter((_, i) => i % 2 === 0);
const value = ({ rawHeaders }: RawAnswer, name: string) => rawHeaders[rawHeaders.indexOf(name) + 1];
const role = async (simulation: Simulation, withToken?: string) =>
  get(simulation, ROLE_PATH, withToken ?? (await token(simulation)));
const document = async (simulation: Simulation) => JSON.parse((await role(simulation)).body.toString());
const lastEntry = async (simulation: Simulation) => (await simulation.requests({ face: "imds" })).requests.at(-1);

/** The answer as it would be, and as the fault makes it: raised when the token has been had. */
async function raised(fault: Record<string, unknown>) {
  const simulation = await faulty();
  const withToken = await token(simulation);
  const sound = await role(simulation, withToken);
  const id = await raise(simulation, fault);
  return { simulation, withToken, sound, id };
}

const CASES: Record<string, () => Promise<unknown>> = {
  async swallow() {
    const { simulation, withToken, id } = await raised({ fault: "swallow", path: "/latest/api/token" });
    const client = new AbortController();
    const url = `${simulation.urls.imds}/latest/api/token`;
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
    const asked = fetch(url, { method: "PUT", headers, signal: client.signal });
    while ((await lastEntry(simulation))?.fault === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(await lastEntry(simulation)).toMatchObject({ status: 0, fault: id, method: "PUT" });
    // Whoever still has a token reads on, as where the hop limit holds back the answers to PUT alone.
    expect((await role(simulation, withToken)).status).toBe(200);
    client.abort();
    await expect(asked).rejects.toThrow();
  },

  async "refuse-connection"() {
    const { simulation } = await raised({ fault: "refuse-connection" });
    expect(await last(simulation.urls.imds, rawPut)).toEqual({ text: "", error: "ECONNREFUSED" });
    await simulation.faults.clear();
    expect((await put(simulation)).status).toBe(200);
    // Of chosen requests it can only be a reset.
    await raise(simulation, { fault: "refuse-connection", method: "PUT" });
    expect(await last(simulation.urls.imds, rawPut)).toEqual({ text: "", error: "ECONNRESET" });
  },

  async "reset-connection"() {
    const { simulation, id } = await raised({ fault: "reset-connection" });
    expect(await last(simulation.urls.imds, rawPut)).toEqual({ text: "", error: "ECONNRESET" });
    expect(await lastEntry(simulation)).toMatchObject({ status: 0, fault: id });
  },

  async "cut-answer"() {
    const { simulation, withToken, sound } = await raised({ fault: "cut-answer" });
    const { text, error } = await last(simulation.urls.imds, rawGet(withToken));
    const [head = "", body] = text.split("\r\n\r\n");
    expect(error).toBeUndefined();
    expect(body).toBe(sound.body.toString("latin1", 0, Math.floor(sound.body.length / 2)));
    expect(head).toContain(`Content-Length: ${sound.body.length}`);
    await simulation.faults.clear();
    await raise(simulation, { fault: "cut-answer", bodyBytes: 3, by: "resetting" });
    expect(await last(simulation.urls.imds, rawGet(withToken))).toMatchObject({ error: "ECONNRESET" });
  },

  async "slow-first-byte"() {
    const { simulation, withToken, sound } = await raised({ fault: "slow-first-byte", delay: "50ms" });
    const from = performance.now();
    expect((await role(simulation, withToken)).body).toEqual(sound.body);
    expect(performance.now() - from).toBeGreaterThan(45);
  },

  async "slow-body"() {
    const { simulation, withToken, sound } = await raised({ fault: "slow-body", bytesPerSecond: 5000 });
    const from = performance.now();
    expect((await role(simulation, withToken)).body).toEqual(sound.body);
    expect(performance.now() - from).toBeGreaterThan((sound.body.length / 5000) * 1000 - 5);
  },

  async status() {
    for (const status of [400, 401, 403, 429, 500, 503]) {
      const { simulation, withToken } = await raised({ fault: "status", status });
      const read = await role(simulation, withToken);
      expect(read).toMatchObject({ status, body: Buffer.alloc(0) });
      // A reader with a good token is told how long it lives, but not where EC2 refuses what it reads.
      expect(read.rawHeaders).toEqual(status <= 401 ? EMPTY : [TTL, "21600", ...EMPTY]);
      expect(await put(simulation)).toMatchObject({ status, rawHeaders: EMPTY, body: Buffer.alloc(0) });
    }
    const { simulation, withToken } = await raised({ fault: "status", status: 404 });
    const page = await role(simulation, withToken);
    await simulation.faults.clear();
    expect(page).toEqual(await get(simulation, "/latest/nowhere", withToken));
  },

  async throttle() {
    const { simulation, withToken } = await raised({ fault: "throttle", requestsPerSecond: 2 });
    const statuses = async () => [
      (await role(simulation, withToken)).status,
      (await role(simulation, withToken)).status,
      (await role(simulation, withToken)).status,
    ];
    expect(await statuses()).toEqual([200, 200, 503]);
    await simulation.clock.advance("1s");
    expect(await statuses()).toEqual([200, 200, 503]);
    await simulation.faults.clear();
    await raise(simulation, { fault: "throttle", requestsPerSecond: 0, status: 429 });
    expect((await put(simulation)).status).toBe(429);
  },

  async "truncated-json"() {
    const { simulation, withToken, sound } = await raised({ fault: "truncated-json" });
    const read = await role(simulation, withToken);
    expect(read.body).toEqual(sound.body.subarray(0, Math.floor(sound.body.length / 2)));
    expect(value(read, "Content-Length")).toBe(String(read.body.length));
    expect(names(read)).toEqual(names(sound));
    expect(() => JSON.parse(read.body.toString())).toThrow();
    const listing = await get(simulation, "/latest/meta-data/iam/security-credentials/", withToken);
    expect(listing.body.toString()).toBe("mybucket-access");
  },

  async "malformed-json"() {
    const { simulation, withToken, sound } = await raised({ fault: "malformed-json" });
    const read = await role(simulation, withToken);
    expect(read.body.toString()).toMatch(/^\{\n {2}"Code" {2}"Success",/);
    expect(read.body.length).toBe(sound.body.length - 1);
    expect(value(read, "Content-Length")).toBe(String(read.body.length));
    expect(() => JSON.parse(read.body.toString())).toThrow();
  },

  async "empty-body"() {
    const { simulation, withToken, sound } = await raised({ fault: "empty-body" });
    const read = await role(simulation, withToken);
    expect(read).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(value(read, "Content-Length")).toBe("0");
    expect(names(read)).toEqual(names(sound));
  },

  async "missing-fields"() {
    const { simulation, withToken, sound } = await raised({ fault: "missing-fields", fields: ["Token", "Expiration"] });
    const { Token, Expiration, ...left } = JSON.parse(sound.body.toString());
    const read = await role(simulation, withToken);
    expect(JSON.parse(read.body.toString())).toEqual(left);
    expect(read.body.toString()).toMatch(/^\{\n {2}"Code" : "Success",\n/);
    expect(Token && Expiration).toBeTruthy();
  },

  async "failed-credentials"() {
    const { simulation, withToken } = await raised({ fault: "failed-credentials" });
    expect((await role(simulation, withToken)).body.toString()).toBe(
      `{\n  "Code" : "AssumeRoleUnauthorizedAccess",\n  "Message" : "EC2 cannot assume the role mybucket-access.  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.",\n  "LastUpdated" : "2026-11-24T00:00:00Z"\n}`,
    );
    await simulation.faults.clear();
    await raise(simulation, { fault: "failed-credentials", code: "Failed", message: "Something else." });
    expect(await document(simulation)).toMatchObject({ Code: "Failed", Message: "Something else." });
  },

  async "stale-credentials"() {
    const simulation = await faulty();
    await simulation.clock.advance("90m");
    const first = await document(simulation);
    await raise(simulation, { fault: "stale-credentials" });
    await simulation.clock.advance("7h");
    expect(await document(simulation)).toEqual(first);
    expect(await outcome((await callers(simulation)).list())).toMatchObject({ code: "ExpiredToken", status: 400 });
    await simulation.faults.clear();
    expect(await outcome((await callers(simulation)).list())).toBe("done");
  },

  async "late-renewal"() {
    const simulation = await faulty([{ fault: "late-renewal", by: "30m" }]);
    const first = await document(simulation);
    await simulation.clock.advance("89m");
    expect(await document(simulation)).toEqual(first);
    await simulation.clock.advance("1m");
    expect(await document(simulation)).toMatchObject({
      LastUpdated: "2026-11-24T01:00:00Z",
      Expiration: "2026-11-24T07:00:00Z",
    });
  },

  async "expired-credentials"() {
    const { simulation, sound } = await raised({ fault: "expired-credentials" });
    const read = await document(simulation);
    // An instance just launched has no set that could have expired, and is served one all the same.
    expect(read).toMatchObject({ Code: "Success", Expiration: "2026-11-23T23:00:00Z" });
    expect(read.AccessKeyId).not.toBe(JSON.parse(sound.body.toString()).AccessKeyId);
    expect(await outcome((await callers(simulation)).list())).toMatchObject({ code: "ExpiredToken", status: 400 });
    expect(await outcome((await callers(simulation)).whoami())).toMatchObject({ status: 403 });
    await simulation.faults.clear();
    expect(await document(simulation)).toEqual(JSON.parse(sound.body.toString()));
    await raise(simulation, { fault: "expired-credentials", by: "2d" });
    expect(Date.parse((await document(simulation)).Expiration)).toBeLessThanOrEqual(Date.parse("2026-11-22T00:00:00Z"));
  },

  async "revoked-tokens"() {
    const { simulation, withToken } = await raised({ fault: "revoked-tokens" });
    expect(await role(simulation, withToken)).toMatchObject({ status: 401, rawHeaders: EMPTY });
    const fresh = await token(simulation);
    expect(value(await role(simulation, fresh), TTL)).toBe("21600");
    await simulation.faults.clear();
    expect((await role(simulation, withToken)).status).toBe(200);
    await raise(simulation, { fault: "revoked-tokens", lifetime: "5m" });
    await simulation.clock.advance("4m59s");
    expect(value(await role(simulation, withToken), TTL)).toBe("21301");
    await simulation.clock.advance("1s");
    expect((await role(simulation, withToken)).status).toBe(401);
  },

  async "missing-token-ttl"() {
    const { simulation } = await raised({ fault: "missing-token-ttl" });
    const answer = await put(simulation);
    expect(answer.body.toString()).toMatch(/^AQAE[\w-]{50}==$/);
    expect(answer.rawHeaders).toEqual(["Content-Length", "56", ...EMPTY.slice(2)]);
    expect((await role(simulation, answer.body.toString())).rawHeaders[0]).toBe(TTL);
  },

  async "wrong-date"() {
    const { simulation, withToken, sound } = await raised({ fault: "wrong-date", offset: "-1h30m" });
    const read = await role(simulation, withToken);
    expect(value(read, "Date")).toBe("Mon, 23 Nov 2026 22:30:00 GMT");
    expect([read.body, names(read)]).toEqual([sound.body, names(sound)]);
  },
};

/** Each kind with some parameters; not those that make one wait. */
const ANY: readonly Record<string, unknown>[] = [
  { fault: "reset-connection" },
  { fault: "cut-answer" },
  { fault: "cut-answer", bodyBytes: 1, by: "resetting" },
  { fault: "slow-first-byte", delay: "1ms" },
  { fault: "slow-body", bytesPerSecond: 1_000_000 },
  { fault: "status", status: 404 },
  { fault: "status", status: 503 },
  { fault: "throttle", requestsPerSecond: 1 },
  { fault: "truncated-json", path: "/", bytes: 7 },
  { fault: "malformed-json", path: "/" },
  { fault: "empty-body", path: "/" },
  { fault: "missing-fields", path: "/", fields: ["Code"] },
  { fault: "failed-credentials", path: "/" },
  { fault: "stale-credentials", path: "/" },
  { fault: "late-renewal", path: "/", by: "1h" },
  { fault: "expired-credentials", path: "/" },
  { fault: "revoked-tokens" },
  { fault: "missing-token-ttl", path: "/" },
  { fault: "wrong-date", offset: "-1d" },
];

describe("at IMDS", () => {
  test.each(Object.entries(CASES))("%s", (_, check) => check() as Promise<void>);

  test("every fault that can strike there has its test", () => {
    const known = faultKinds.filter(({ faces }) => faces.includes("imds")).map(({ name }) => name);
    expect(Object.keys(CASES).sort()).toEqual([...known].sort());
  });

  test("two at once act in their order, and the log names both", async () => {
    const { simulation, withToken, id } = await raised({ fault: "truncated-json", bytes: 10 });
    const other = await raise(simulation, { fault: "wrong-date", offset: "1m" });
    const read = await role(simulation, withToken);
    expect(read.body.toString()).toBe('{\n  "Code"');
    expect(value(read, "Date")).toBe("Tue, 24 Nov 2026 00:01:00 GMT");
    expect((await lastEntry(simulation))?.fault).toBe(`${id} ${other}`);
  });

  test("one that comes late keeps what another does to it on its way, and none brings a lost answer back", async () => {
    const { simulation, withToken } = await raised({ fault: "cut-answer", bodyBytes: 5 });
    await raise(simulation, { fault: "status", status: 404 });
    const { text } = await last(simulation.urls.imds, rawGet(withToken));
    expect(text).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[\s\S]*\r\n\r\n<\?xml$/);
    await simulation.faults.clear();
    await raise(simulation, { fault: "reset-connection" });
    await raise(simulation, { fault: "status", status: 503 });
    expect(await last(simulation.urls.imds, rawGet(withToken))).toEqual({ text: "", error: "ECONNRESET" });
    expect(await lastEntry(simulation)).toMatchObject({ status: 0 });
  });

  test.each(["one", "two", "three"])(
    "any of them in any order do no harm but their own, MAYFLY_TEST_SEED=%s",
    async (own) => {
      const throws = dice(process.env.MAYFLY_TEST_SEED ?? own);
      const simulation = await faulty();
      const sound = await token(simulation);
      for (let round = 0; round < 25; round++) {
        const faults = Array.from({ length: throws.integer(4) + 2 }, () => throws.pick(ANY));
        for (const fault of faults) await raise(simulation, fault);
        const answers = [rawPut, rawGet(sound), rawGet(sound, "/latest/"), rawGet("none")].map((text) =>
          last(simulation.urls.imds, text),
        );
        for (const { text } of await Promise.all(answers)) expect(text).toMatch(/^(HTTP\/1\.1 [1-5]\d\d [\s\S]*)?$/);
        await simulation.faults.clear();
      }
    },
  );

  test("keys read under a fault of their time are the rotator's own", async () => {
    const simulation = await faulty();
    const first = await credentials(simulation);
    await simulation.clock.advance("1h");
    await raise(simulation, { fault: "late-renewal", by: "10m" });
    expect(await credentials(simulation)).toEqual(first);
  });
});
