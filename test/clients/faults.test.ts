// What do unmodified clients make of faults? Programs with real SDKs meet them at the metadata service and at the AWS endpoints.

import { afterEach, beforeEach, expect, test } from "vitest";
import { demoConfiguration } from "../../configuration.ts";
import { type Simulation, simulate, type WrittenFault } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type PROGRAMS, startClient } from "./client.ts";
import { boto3 } from "./software.ts";

const ROLE = "/latest/meta-data/iam/security-credentials/mybucket-access";

interface Expectations {
  /** What it says when IMDS gave it no credentials. */
  readonly noCredentials: RegExp;
  /** Whether a client that was made when there were none looks again; else it takes a new program. */
  readonly looksAgain: boolean;
}

const CLIENTS: readonly [keyof typeof PROGRAMS, readonly Need[], Expectations][] = [
  ["boto3", [boto3], { noCredentials: /Unable to locate credentials/, looksAgain: false }],
  [
    "AWS SDK for JavaScript v3",
    [],
    // What is no JSON it hands on as its parser says it.
    { noCredentials: /^(Could not load credentials from any providers|Unterminated string in JSON)/, looksAgain: true },
  ],
];

for (const [name, needs, { noCredentials, looksAgain }] of CLIENTS) {
  describeWith(needs, name, () => {
    let simulation: Simulation;
    const raise = (fault: Record<string, unknown>) => simulation.faults.raise(fault as WrittenFault);
    const start = () => startClient(name, simulation, "machine's");
    beforeEach(async () => {
      const { instances, ...rest } = demoConfiguration();
      const demo = { ...instances?.demo, metadataOptions: { httpTokens: "optional" as const } };
      simulation = await simulate({ configuration: { ...rest, instances: { demo } } });
    });
    afterEach(() => simulation.close());

    test("whose token request is swallowed waits a second and asks by IMDSv1", async () => {
      const { id } = await raise({ fault: "swallow", path: "/latest/api/token" });
      await using client = await start();
      expect((await client.ask("whoami")).error).toBeUndefined();
      const { requests } = await simulation.requests({ face: "imds" });
      expect(requests[0]).toMatchObject({ method: "PUT", status: 0, fault: id });
      expect(requests.at(-1)).toMatchObject({ target: ROLE, status: 200, imdsVersion: 1 });
      const [asked, read] = requests.map(({ at }) => Date.parse(at)) as [number, number];
      expect(read - asked).toBeGreaterThan(900);
    });

    test.each([
      { fault: "status", status: 401, path: ROLE },
      { fault: "status", status: 503, path: ROLE },
      { fault: "truncated-json" },
      { fault: "missing-fields", fields: ["Expiration"] },
      { fault: "failed-credentials" },
      { fault: "refuse-connection" },
    ])("has no credentials from %j, and finds them when that is over", async (fault) => {
      const { id } = await raise(fault);
      await using client = await start();
      expect((await client.ask("whoami")).error?.message).toMatch(noCredentials);
      const struck = (await simulation.requests()).requests.filter((request) => request.fault === id);
      expect(struck.length > 0).toBe(fault.fault !== "refuse-connection");
      await simulation.faults.clear();
      await using again = looksAgain ? undefined : await start();
      expect((await (again ?? client).ask("whoami")).error).toBeUndefined();
    });

    test("that is served expired credentials uses them, and is refused", async () => {
      await raise({ fault: "expired-credentials", by: "1h" });
      await using client = await start();
      expect((await client.ask("read")).error).toMatchObject({ status: 400, code: "ExpiredToken" });
    });

    test("reads on when IMDS forgets its token: it asks for a new one each time", async () => {
      await using client = await start();
      await client.ask("write", "before");
      await raise({ fault: "revoked-tokens" });
      await using other = await start();
      expect([await client.ask("read"), await other.ask("read")]).toEqual([{ value: "before" }, { value: "before" }]);
    });

    test.each(["SlowDown", "ServiceUnavailable"])("tries again after %s, until it is through", async (error) => {
      await using client = await start();
      await client.ask("write", "through");
      const { id } = await raise({ fault: "aws-error", error, method: "GET", path: "/mybucket/", count: 2 });
      expect(await client.ask("read")).toEqual({ value: "through" });
      const { requests } = await simulation.requests({ face: "aws", method: "GET" });
      expect(requests.map(({ fault }) => fault)).toEqual([id, id, undefined]);
    });

    test("whose keys are revoked early is refused before they expire", async () => {
      await using client = await start();
      await client.ask("write", "mine");
      await raise({ fault: "revoked-credentials" });
      expect((await client.ask("read")).error).toMatchObject({ status: 400, code: "ExpiredToken" });
    });
  });
}

describeWith([], "AWS SDK for JavaScript v3 besides", () => {
  test("takes its clock from the Date of an answer: a wrong one costs it its next call, whose refusal puts it right", async () => {
    await using simulation = await simulate();
    await using client = await startClient("AWS SDK for JavaScript v3", simulation, "machine's");
    await client.ask("write", "in time");
    const { id } = await simulation.faults.raise({
      fault: "wrong-date",
      offset: "1h",
      method: "GET",
      face: "aws",
      count: 1,
    });
    expect(await client.ask("read")).toEqual({ value: "in time" });
    expect((await client.ask("read")).error?.code).toBe("RequestTimeTooSkewed");
    expect(await client.ask("read")).toEqual({ value: "in time" });
    const { requests } = await simulation.requests({ face: "aws", method: "GET" });
    expect(requests.map(({ status, errorCode, fault }) => [errorCode ?? status, fault])).toEqual([
      [200, id],
      ["RequestTimeTooSkewed", undefined],
      [200, undefined],
    ]);
  });
});
