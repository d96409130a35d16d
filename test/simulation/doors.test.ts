// What a program in a network of its own is led to: a metadata service that means its instance whoever asks, and AWS's names with TLS.

import { request } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";

let simulation: Simulation;
beforeAll(async () => {
  const optional = { httpTokens: "optional", httpPutResponseHopLimit: 3, httpProtocolIpv6: "enabled" } as const;
  simulation = await simulate({
    configuration: {
      roles: { anyone: { trust: "ec2.amazonaws.com" } },
      instances: {
        one: { instanceProfile: "anyone", metadataOptions: optional },
        fleet: { count: 1000, sourceAddress: "10.0.1.0", metadataOptions: { httpTokens: "optional" } },
      },
    },
  });
});
afterAll(() => simulation.close());

const idAt = async (endpoint: string) => (await fetch(`http://${endpoint}/latest/meta-data/instance-id`)).text();

test.each(["one", "fleet-0", "fleet-999"])("%s is met at its own door, wherever its caller is", async (name) => {
  const { imds = "", instanceId } = (await simulation.openDoors({ instance: name })).instance ?? {};
  expect(await idAt(imds)).toBe(instanceId);
  expect((await simulation.openDoors({ instance: instanceId })).instance?.imds).toBe(imds);
});

test("it is told of its hop limit, its IPv6 and its type", async () => {
  expect(await simulation.openDoors({ instance: "one" })).toMatchObject({
    instance: { hopLimit: 3, ipv6: true, instanceType: "t3.micro" },
  });
  expect(await simulation.openDoors({ instance: "fleet-7" })).toMatchObject({ instance: { hopLimit: 1, ipv6: false } });
  expect(await simulation.openDoors({ container: true })).not.toHaveProperty("instance");
});

test("AWS answers with TLS, under a bucket's name as under others", async () => {
  const { awsOverTls } = await simulation.openDoors({ instance: "one" });
  const { ca } = await simulation.certificates();
  const { hostname: host, port } = new URL(`https://${awsOverTls}`);
  const subjects = ["sts.eu-west-1.amazonaws.com", "mybucket.s3.us-east-1.amazonaws.com"].map(async (servername) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly [number | undefined, string | undefined]>();
    request({ host, port, servername, ca, headers: { host: servername } }, (answer) => {
      const { subjectaltname } = (answer.socket as import("node:tls").TLSSocket).getPeerCertificate();
      resolve([answer.resume().statusCode, subjectaltname]);
    })
      .on("error", reject)
      .end();
    return promise;
  });
  expect(await Promise.all(subjects)).toEqual([
    [302, "DNS:sts.eu-west-1.amazonaws.com"],
    [403, "DNS:*.s3.us-east-1.amazonaws.com"],
  ]);
});

test("who does not say which instance is asked to", async () => {
  await expect(simulation.openDoors()).rejects.toThrow("there are 1001 instances: say which one");
});

test("faults strike there as at every other door, and no other instance", async () => {
  const [one, seven, eight] = await Promise.all(
    ["one", "fleet-7", "fleet-8"].map((instance) => simulation.openDoors({ instance })),
  );
  await simulation.faults.raise({ fault: "status", status: 503, instance: "fleet-7" });
  await simulation.faults.raise({ fault: "refuse-connection", instance: "one" });
  const statusAt = async (endpoint = "") => (await fetch(`http://${endpoint}/latest/meta-data/`)).status;
  expect([await statusAt(seven?.instance?.imds), await statusAt(eight?.instance?.imds)]).toEqual([503, 200]);
  await expect(statusAt(one?.instance?.imds)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await simulation.reset();
  expect([await statusAt(one?.instance?.imds), await statusAt(seven?.instance?.imds)]).toEqual([200, 200]);
});
