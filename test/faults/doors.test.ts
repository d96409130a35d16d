// Where is a connection really refused, and where only reset? A listener may be an instance's own, the only instance's, or shared.

import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import type { Simulation } from "../../index.ts";
import { demo, faulty, last, put, raise, rawPut } from "./world.ts";

const knock = async (url: string) => (await last(url, rawPut)).error ?? "answered";

const imds = ({ urls }: Simulation) => knock(urls.imds);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("the only instance", () => {
  test("is refused by name, by id, or with everybody", async () => {
    const simulation = await faulty();
    const [instance] = (await simulation.state()).instances;
    for (const limits of [{}, { instance: "demo" }, { instance: instance?.instanceId }, { face: "imds" }]) {
      const id = await raise(simulation, { fault: "refuse-connection", ...limits });
      expect([limits, await imds(simulation)]).toEqual([limits, "ECONNREFUSED"]);
      await simulation.faults.clear(id);
      expect(await imds(simulation)).toBe("answered");
    }
  });

  test("is refused in the window, which the clock opens and closes by itself", async () => {
    const simulation = await faulty([{ fault: "refuse-connection", face: "imds", after: "10m", for: "5m" }]);
    expect(await imds(simulation)).toBe("answered");
    await simulation.clock.advance("10m");
    expect(await imds(simulation)).toBe("ECONNREFUSED");
    await simulation.clock.jump("5m");
    expect(await imds(simulation)).toBe("answered");
    await simulation.reset();
    await simulation.clock.advance("12m");
    expect(await imds(simulation)).toBe("ECONNREFUSED");
    await simulation.configure(demo);
    expect(await imds(simulation)).toBe("answered");
    await raise(simulation, { fault: "refuse-connection", for: "1s" });
    expect(await imds(simulation)).toBe("ECONNREFUSED");
    await simulation.clock.set({ speed: 100 });
    while ((await imds(simulation)) === "ECONNREFUSED") await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([{ method: "PUT" }, { path: "/latest" }, { userAgent: "" }, { count: 5 }, { skip: 0 }, { probability: 1 }])(
    "with %j is reset, because a request must be read to know",
    async (limit) => {
      const [name, value] = Object.entries(limit)[0] as [string, unknown];
      const written = { fault: "refuse-connection", [name]: value === "" ? "x" : value === 0 ? 1 : value };
      const simulation = await faulty([written]);
      const reached = await imds(simulation);
      expect(reached).toBe(name === "userAgent" || name === "skip" ? "answered" : "ECONNRESET");
    },
  );
});

test("an instance with a listener of its own is refused there, and others are not", async () => {
  const port = await freePort();
  const instances = {
    one: { instanceProfile: "mybucket-access", listen: `127.0.0.1:${port}` },
    two: { instanceProfile: "mybucket-access", sourceAddress: "127.0.0.1" },
  };
  const simulation = await faulty([], { configuration: { ...demo, instances } });
  const own = `http://127.0.0.1:${port}`;
  const id = await raise(simulation, { fault: "refuse-connection", instance: "one" });
  expect([await knock(own), await imds(simulation)]).toEqual(["ECONNREFUSED", "answered"]);
  await simulation.faults.clear(id);
  expect(await knock(own)).toBe("answered");
  // The shared listener serves others too: whoever is meant is reset.
  await raise(simulation, { fault: "refuse-connection", instance: "two" });
  expect([await knock(own), await imds(simulation)]).toEqual(["answered", "ECONNRESET"]);
});

test("who has taken the port meanwhile is named, and later the door opens after all", async () => {
  const simulation = await faulty();
  const id = await raise(simulation, { fault: "refuse-connection", face: "imds" });
  const thief = createServer().listen(Number(new URL(simulation.urls.imds).port), "127.0.0.1");
  await new Promise((resolve) => thief.once("listening", resolve));
  await expect(simulation.faults.clear(id)).rejects.toThrow(/is in use: end what listens there/);
  await new Promise((resolve) => thief.close(resolve));
  await simulation.clock.advance("1s");
  expect((await put(simulation)).status).toBe(200);
});

test("a world ends at once while it refuses, and while requests hang", async () => {
  const simulation = await faulty([{ fault: "swallow" }, { fault: "refuse-connection", face: "aws" }]);
  const hanging = [knock(simulation.urls.imds), knock(simulation.urls.imds)];
  while ((await simulation.requests()).total < 2) await new Promise((resolve) => setImmediate(resolve));
  await simulation.close();
  expect(await Promise.all(hanging)).toEqual([expect.any(String), expect.any(String)]);
});
