import { describe, expect, test } from "vitest";
import type { InstancesConfiguration } from "../../instances/configuration.ts";
import { foldInstances, type InstancesState, NO_INSTANCES } from "../../instances/state.ts";

const START = Date.parse("2026-11-24T12:00:00.400Z");
const HOUR = 3_600_000;

const load = (instances: InstancesConfiguration, at = START, state: InstancesState = NO_INSTANCES) =>
  foldInstances(state, {
    type: "configuration.loaded",
    at,
    configuration: { account: "123456789012", region: "us-east-1", instances },
  });
const entry = (state: InstancesState, name: string) => state.entries.get(name);

describe("configuration.loaded", () => {
  test("launches instances at its whole second, with their profiles", () => {
    const state = load({ demo: { instanceProfile: "p" }, plain: {} });
    expect(entry(state, "demo")).toMatchObject({ launchTime: START - 400, associatedAt: START - 400 });
    expect(entry(state, "plain")).toMatchObject({ launchTime: START - 400, associatedAt: undefined });
  });

  test("launches at the given time where there is one", () => {
    const state = load({ demo: { instanceProfile: "p", launchTime: "2026-11-24T02:00:00+01:00" } });
    const launchTime = Date.parse("2026-11-24T01:00:00Z");
    expect(entry(state, "demo")).toMatchObject({ launchTime, associatedAt: launchTime });
  });

  test("leaves what was there, and starts what is new", () => {
    const before = load({ demo: { instanceProfile: "p" }, moved: { instanceProfile: "p" }, gone: {} });
    const state = load(
      {
        demo: { instanceProfile: "p", tags: { a: "b" } },
        moved: { instanceProfile: "q" },
        late: { instanceProfile: "p" },
      },
      START + HOUR,
      before,
    );
    const [then, now] = [START - 400, START + HOUR - 400];
    expect(entry(state, "demo")).toMatchObject({ launchTime: then, associatedAt: then });
    expect(entry(state, "moved")).toMatchObject({ launchTime: then, associatedAt: now });
    expect(entry(state, "late")).toMatchObject({ launchTime: now, associatedAt: now });
    expect([...state.entries.keys()]).toEqual(["demo", "moved", "late"]);
  });

  test("a changed launch time is another launch", () => {
    const before = load({ demo: { instanceProfile: "p" } });
    const state = load({ demo: { instanceProfile: "p", launchTime: "2026-11-24T12:30:00Z" } }, START + HOUR, before);
    const launchTime = Date.parse("2026-11-24T12:30:00Z");
    expect(entry(state, "demo")).toMatchObject({ launchTime, associatedAt: launchTime });
  });
});

describe("private addresses", () => {
  test("come from the configuration, else from the network, else from the default VPC's subnet of the zone", () => {
    const state = load({
      given: { privateIpAddress: "192.168.7.7", sourceAddress: "10.0.0.9" },
      seen: { sourceAddress: "10.0.0.10" },
      loopback: { sourceAddress: "127.0.0.2" },
      third: { availabilityZone: "us-east-1c" },
      fleet: { count: 100_000 },
    });
    expect(entry(state, "given")?.privateIpAddress).toBe("192.168.7.7");
    expect(entry(state, "seen")?.privateIpAddress).toBe("10.0.0.10");
    expect(entry(state, "loopback")?.privateIpAddress).toMatch(/^172\.31\.([0-9]|1[0-5])\.\d+$/);
    expect(entry(state, "third")?.privateIpAddress).toMatch(/^172\.31\.(3[2-9]|4[0-7])\.\d+$/);
    expect(entry(state, "fleet")?.privateIpAddress).toMatch(/^10\.\d+\.0\.4$/);
  });

  test("differ, and stay when others come", () => {
    const names = Array.from({ length: 1000 }, (_, i) => `vm${i}`);
    const some = load(Object.fromEntries(names.slice(500).map((name) => [name, {}])));
    const all = load(Object.fromEntries(names.map((name) => [name, {}])), START + HOUR, some);
    const addresses = [...all.entries.values()].map(({ privateIpAddress }) => privateIpAddress);
    expect(new Set(addresses).size).toBe(1000);
    for (const name of names.slice(500)) {
      expect(entry(all, name)?.privateIpAddress).toBe(entry(some, name)?.privateIpAddress);
    }
  });
});
