// The metadata service at an IPv6 address: it answers instances that have the protocol enabled, and no others.

import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { simulate } from "../../index.ts";
import { ask, imdsToken } from "./client.ts";

const ENABLED = { metadataOptions: { httpProtocolIpv6: "enabled" as const } };
const at = (url: string) => url.replace("127.0.0.1", "[::1]");
const idAt = async (url: string) => {
  const headers = { "x-aws-ec2-metadata-token": await imdsToken(url) };
  return (await ask(`${url}/latest/meta-data/instance-id`, { headers })).body;
};

describe("on loopback", () => {
  test("the same port of [::1] answers where IPv6 is enabled", async () => {
    await using simulation = await simulate({ configuration: { instances: { demo: ENABLED } } });
    const { imds } = simulation.urls;
    expect(await idAt(at(imds))).toBe(await idAt(imds));
    const [last] = (await simulation.requests({ limit: 1 })).requests;
    expect(last).toMatchObject({ face: "imds", sourceAddress: "127.0.0.1" });
    expect((await simulation.requests()).requests[0]).toMatchObject({ sourceAddress: "::1" });
  });

  test("nothing listens there where it is disabled, as it usually is", async () => {
    await using simulation = await simulate();
    await expect(ask(at(simulation.urls.imds))).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("it is opened once, though several instances ask for it at the same time", async () => {
    const names = ["one", "two", "three"];
    const instances = Object.fromEntries(names.map((name) => [name, {}]));
    await using simulation = await simulate({ configuration: { instances, unknownCaller: "two" } });
    const enabled = { httpProtocolIpv6: "enabled" } as const;
    await Promise.all(names.map((instance) => simulation.act("modify-metadata-options", { instance, ...enabled })));
    expect(await idAt(at(simulation.urls.imds))).toBe(await idAt(simulation.urls.imds));
  });

  test("it is opened when the option is modified, and nobody answers once it is disabled again", async () => {
    await using simulation = await simulate();
    const { imds } = simulation.urls;
    await simulation.act("modify-metadata-options", { httpProtocolIpv6: "enabled" });
    expect(await idAt(at(imds))).toBe(await idAt(imds));
    await simulation.act("modify-metadata-options", { httpProtocolIpv6: "disabled" });
    await expect(ask(at(imds))).rejects.toMatchObject({ code: "ECONNRESET" });
    const { requests } = await simulation.requests({ limit: 1 });
    expect(requests).toMatchObject([{ status: 0, reason: "HttpProtocolIpv6 is disabled" }]);
    expect(await idAt(imds)).toMatch(/^i-/);
  });

  test("a port that is taken there is told in one line, and nothing has changed", async () => {
    await using simulation = await simulate();
    const { port } = new URL(simulation.urls.imds);
    await using other = createServer().listen(Number(port), "::1");
    await once(other, "listening");
    const enabled = simulation.act("modify-metadata-options", { httpProtocolIpv6: "enabled" });
    const reason = new RegExp(
      `^cannot listen at \\[::1\\]:${port} for httpProtocolIpv6: enabled: port ${port} on ::1 is in use`,
    );
    await expect(enabled).rejects.toThrow(reason);
    expect((await simulation.openDoors()).instance?.ipv6).toBe(false);
    expect(await simulation.act("stop")).toMatchObject({ state: "stopped" });
  });

  test("a new configuration opens and closes it", async () => {
    await using simulation = await simulate();
    const url = at(simulation.urls.imds);
    await simulation.configure({ instances: { demo: ENABLED } });
    expect(await idAt(url)).toMatch(/^i-/);
    await simulation.configure({ instances: { demo: {} } });
    await expect(ask(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

test("of several instances each has its own option", async () => {
  const instances = {
    one: { ...ENABLED, sourceAddress: "::1" },
    other: { listen: "[::1]:18338" },
  };
  await using simulation = await simulate({ configuration: { instances } });
  expect(await idAt(at(simulation.urls.imds))).toMatch(/^i-/);
  await expect(ask("http://[::1]:18338/")).rejects.toMatchObject({ code: "ECONNRESET" });
});
