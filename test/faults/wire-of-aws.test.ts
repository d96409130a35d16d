// What does a client of the AWS endpoints meet on the wire, fault by fault, and what was done?

import { describe, expect, test } from "vitest";
import { AWS_ERRORS, type AwsErrorName } from "../../faults/aws-errors.ts";
import { faultKinds } from "../../faults/table.ts";
import type { Simulation } from "../../index.ts";
import { ask } from "../simulation/client.ts";
import { type Callers, callers, credentials, faulty, last, outcome, raise } from "./world.ts";

const lastEntry = async (simulation: Simulation) => (await simulation.requests({ face: "aws" })).requests.at(-1);
const NOTHING_THERE = { code: "NoSuchKey", status: 404 };

async function raised(fault: Record<string, unknown>) {
  const simulation = await faulty();
  const clients = await callers(simulation);
  const id = await raise(simulation, fault);
  return { simulation, clients, id };
}

/** Whether the write that the fault spoilt was carried out. */
async function written(simulation: Simulation, { read }: Callers): Promise<boolean> {
  await simulation.faults.clear();
  const found = await outcome(read());
  if (found !== "done") expect(found).toMatchObject(NOTHING_THERE);
  return found === "done";
}

/** What each service says. */
const ERRORS: Record<AwsErrorName, readonly [sts: string, s3: string, message: RegExp]> = {
  ExpiredToken: ["403 ExpiredToken", "400 ExpiredToken", /^The provided token has expired\.$/],
  InvalidClientTokenId: ["403 InvalidClientTokenId", "403 InvalidAccessKeyId", /does not exist in our records\.$/],
  InvalidAccessKeyId: ["403 InvalidClientTokenId", "403 InvalidAccessKeyId", /does not exist in our records\.$/],
  RequestTimeTooSkewed: [
    "403 SignatureDoesNotMatch",
    "403 RequestTimeTooSkewed",
    /difference between the request time/,
  ],
  AccessDenied: ["403 AccessDenied", "403 AccessDenied", /^Access Denied$/],
  SlowDown: ["400 Throttling", "503 SlowDown", /^Please reduce your request rate\.$/],
  Throttling: ["400 Throttling", "503 SlowDown", /^Please reduce your request rate\.$/],
  ThrottlingException: ["400 Throttling", "503 SlowDown", /^Please reduce your request rate\.$/],
  InternalError: [
    "500 InternalFailure",
    "500 InternalError",
    /^We encountered an internal error\. Please try again\.$/,
  ],
  InternalFailure: [
    "500 InternalFailure",
    "500 InternalError",
    /^We encountered an internal error\. Please try again\.$/,
  ],
  ServiceUnavailable: ["503 ServiceUnavailable", "503 ServiceUnavailable", /^Service is unable to handle request\.$/],
  RequestTimeout: ["done", "400 RequestTimeout", /^Your socket connection to the server was not read from/],
};

const inShort = (found: Awaited<ReturnType<typeof outcome>>) =>
  // The SDK calls STS's ExpiredToken by the name of its shape.
  found === "done" ? found : `${found.status} ${found.code.replace(/(?<=ExpiredToken)Exception$/, "")}`;

const CASES: Record<string, () => Promise<unknown>> = {
  async swallow() {
    const { simulation, clients, id } = await raised({ fault: "swallow", method: "PUT" });
    const asked = outcome(clients.write());
    while ((await lastEntry(simulation)) === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(await lastEntry(simulation)).toMatchObject({ status: 0, fault: id, principal: expect.any(String) });
    clients.s3.destroy();
    await simulation.faults.clear();
    expect(await outcome((await callers(simulation)).read())).toMatchObject(NOTHING_THERE);
    await simulation.close(); // what hangs does not hold it up
    expect(await asked).not.toBe("done");
  },

  async "refuse-connection"() {
    const { simulation, clients } = await raised({ fault: "refuse-connection", face: "aws" });
    expect(await last(simulation.urls.aws, "GET / HTTP/1.1\r\n\r\n")).toMatchObject({ error: "ECONNREFUSED" });
    expect((await ask(`${simulation.urls.imds}/latest/`)).status).toBe(401);
    expect(await written(simulation, clients)).toBe(false);
  },

  async "reset-connection"() {
    const { simulation, clients } = await raised({ fault: "reset-connection", instance: "demo" });
    expect(await outcome(clients.write())).toMatchObject({ code: "ECONNRESET" });
    expect(await written(simulation, clients)).toBe(false);
  },

  async "cut-answer"() {
    const { simulation, clients } = await raised({ fault: "cut-answer", by: "resetting" });
    // An answer without a body is lost as a whole, though the item is there.
    expect(await outcome(clients.write())).toMatchObject({ code: "ECONNRESET" });
    expect(await lastEntry(simulation)).toMatchObject({ status: 0, fault: "fault-1" });
    expect(await written(simulation, clients)).toBe(true);
    await raise(simulation, { fault: "cut-answer", path: "/mybucket/item", method: "GET", bodyBytes: 3 });
    expect(await outcome(clients.read())).toMatchObject({ code: "ECONNRESET" });
    expect(await outcome(clients.list())).toBe("done");
  },

  async "slow-first-byte"() {
    const { simulation, clients } = await raised({ fault: "slow-first-byte", delay: "50ms", instance: "demo" });
    const from = performance.now();
    expect(await outcome(clients.write())).toBe("done");
    expect(performance.now() - from).toBeGreaterThan(45);
    expect(await written(simulation, clients)).toBe(true);
  },

  async "slow-body"() {
    const { simulation, clients } = await raised({ fault: "slow-body", bytesPerSecond: 70, path: "/mybucket/item" });
    await clients.write();
    const from = performance.now();
    expect(await clients.read()).toBe("written");
    expect(performance.now() - from).toBeGreaterThan(95);
    expect((await lastEntry(simulation))?.fault).toBe("fault-1");
  },

  async throttle() {
    const { simulation, clients } = await raised({ fault: "throttle", requestsPerSecond: 1, face: "aws" });
    expect(inShort(await outcome(clients.list()))).toBe("done");
    expect(inShort(await outcome(clients.list()))).toBe("503 SlowDown");
    expect(inShort(await outcome(clients.whoami()))).toBe("400 Throttling");
    await simulation.clock.advance("1s");
    expect(inShort(await outcome(clients.write()))).toBe("done");
  },

  async "wrong-date"() {
    const { clients } = await raised({ fault: "wrong-date", offset: "20m" });
    const { s3 } = clients;
    const dates: unknown[] = [];
    s3.middlewareStack.add(
      (next) => async (given) => {
        const made = await next(given);
        dates.push((made.response as { headers: Record<string, string> }).headers.date);
        return made;
      },
      { step: "deserialize" },
    );
    await clients.list();
    expect(dates).toEqual(["Tue, 24 Nov 2026 00:20:00 GMT"]);
  },

  async "revoked-credentials"() {
    const { simulation, clients } = await raised({ fault: "revoked-credentials" });
    expect(inShort(await outcome(clients.list()))).toBe("400 ExpiredToken");
    expect(inShort(await outcome(clients.whoami()))).toBe("403 ExpiredToken");
    expect(await lastEntry(simulation)).toMatchObject({ fault: "fault-1", errorCode: "ExpiredToken" });
    await simulation.clock.advance("1s");
    await simulation.rotate();
    expect(inShort(await outcome((await callers(simulation)).list()))).toBe("done");
    await raise(simulation, { fault: "revoked-credentials", error: "InvalidClientTokenId" });
    expect(inShort(await outcome((await callers(simulation)).list()))).toBe("403 InvalidAccessKeyId");
  },

  async "aws-error"() {
    for (const error of AWS_ERRORS) {
      const { simulation, clients } = await raised({ fault: "aws-error", error });
      const [sts, s3, message] = ERRORS[error];
      expect([error, inShort(await outcome(clients.whoami()))]).toEqual([error, sts]);
      const refused = await outcome(clients.write());
      expect([error, inShort(refused)]).toEqual([error, s3]);
      expect(refused).toMatchObject({ message: expect.stringMatching(message) });
      expect(await lastEntry(simulation)).toMatchObject({ fault: "fault-1", errorCode: s3.slice(4) });
      expect(await written(simulation, clients)).toBe(false);
    }
  },
};

describe("at the AWS endpoints", () => {
  test.each(Object.entries(CASES))("%s", (_, check) => check() as Promise<void>);

  test("every fault that can strike there has its test", () => {
    const known = faultKinds.filter(({ faces }) => faces.includes("aws")).map(({ name }) => name);
    expect(Object.keys(CASES).sort()).toEqual([...known].sort());
  });

  test("a refusal has the headers of S3 in their order, and HEAD has no body", async () => {
    const { simulation, clients } = await raised({ fault: "aws-error", error: "SlowDown" });
    const keys = await credentials(simulation);
    expect(keys.AccessKeyId).toBe((await clients.s3.config.credentials()).accessKeyId);
    await expect(clients.list()).rejects.toMatchObject({ name: "SlowDown" });
    const { headers, status } = await ask(`${simulation.urls.aws}/mybucket`);
    expect([status, headers.filter((_, i) => i % 2 === 0)]).toEqual([
      503,
      ["x-amz-id-2", "x-amz-request-id", "Date", "Server", "Content-Type", "Content-Length", "Connection"],
    ]);
  });

  test("several at once: what is lost stays lost, in whatever order they were raised", async () => {
    for (const faults of [
      ["reset-connection", "cut-answer", "aws-error"],
      ["cut-answer", "aws-error", "reset-connection"],
    ]) {
      const { simulation, clients } = await raised({ fault: "slow-first-byte", delay: "1ms" });
      for (const fault of faults)
        await raise(simulation, {
          fault,
          ...(fault === "aws-error" && { error: "SlowDown" }),
          ...(fault === "cut-answer" && { by: "resetting" }),
        });
      expect(await outcome(clients.write())).toMatchObject({ code: "ECONNRESET" });
      expect(await written(simulation, clients)).toBe(false);
    }
  });

  test("limits see who asks: instance, key and principal; others pass", async () => {
    for (const limit of [
      { instance: "demo" },
      { accessKeyId: "ASIA?" },
      { principal: "arn:aws:sts::123456789012:assumed-role/mybucket-access/*" },
    ]) {
      const simulation = await faulty();
      const keys = await credentials(simulation);
      const limits = "accessKeyId" in limit ? { accessKeyId: keys.AccessKeyId } : limit;
      await raise(simulation, { fault: "aws-error", error: "InternalError", ...limits });
      expect(inShort(await outcome((await callers(simulation, keys)).list()))).toBe("500 InternalError");
      expect((await ask(`${simulation.urls.aws}/mybucket`)).status).toBe(403); // nobody's
    }
  });

  test("who is refused before it is known who asks keeps that refusal, and may lose it on the way", async () => {
    const { simulation, clients } = await raised({ fault: "aws-error", error: "SlowDown" });
    const keys = await credentials(simulation);
    const forged = await callers(simulation, { ...keys, SecretAccessKey: "wrong" });
    expect(inShort(await outcome(forged.list()))).toBe("403 SignatureDoesNotMatch");
    expect((await simulation.faults.list())[0]).toMatchObject({ matched: 0, struck: 0 });
    await raise(simulation, { fault: "reset-connection" });
    expect(await outcome(forged.list())).toMatchObject({ code: "ECONNRESET" });
    expect(await outcome(clients.list())).toMatchObject({ code: "ECONNRESET" });
  });
});
