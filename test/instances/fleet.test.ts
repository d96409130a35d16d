import { describe, expect, test, vi } from "vitest";
import type { InstancesConfiguration } from "../../instances/configuration.ts";
import { createFleet } from "../../instances/fleet.ts";
import * as make from "../../instances/make.ts";
import { foldInstances, type InstancesState, NO_INSTANCES } from "../../instances/state.ts";

const AT = Date.parse("2026-11-24T00:00:00Z");
const stateOf = (instances: InstancesConfiguration, account = "123456789012", unknownCaller?: string) =>
  foldInstances(NO_INSTANCES, {
    type: "configuration.loaded",
    at: AT,
    configuration: { account, region: "us-east-1", instances, ...(unknownCaller && { unknownCaller }) },
  });
const fleetOf = (instances: InstancesConfiguration) => {
  const state = stateOf(instances);
  return createFleet(() => state);
};
const from = (remoteAddress: string, local = "127.0.0.1:1338") => {
  const [localAddress = "", port] = local.split(/:(?=\d+$)/);
  return { remoteAddress, localAddress, localPort: Number(port) };
};

describe("lookup", () => {
  const fleet = fleetOf({ demo: {}, named: { instanceId: "i-0123456789abcdef0" }, fleet: { count: 100_000 } });

  test("by name and by id lead to the same instance", () => {
    for (const name of ["demo", "named", "fleet-0", "fleet-99999"]) {
      const instance = fleet.byName(name, AT);
      expect(instance?.name).toBe(name);
      expect(fleet.byInstanceId(instance?.instanceId ?? "", AT)).toBe(instance);
    }
    expect(fleet.byName("named", AT)?.instanceId).toBe("i-0123456789abcdef0");
  });

  test.each(["fleet", "fleet-100000", "fleet-00", "demo-0", "", "other"])("no instance has the name %j", (name) => {
    expect(fleet.byName(name, AT)).toBeUndefined();
  });

  test("an id of another account, or beyond the count, is no instance's", () => {
    const other = createFleet(() => stateOf({ fleet: { count: 10 } }, "210987654321"));
    expect(fleet.byInstanceId(other.byName("fleet-1", AT)?.instanceId ?? "", AT)).toBeUndefined();
    const larger = fleetOf({ fleet: { count: 100_001 } });
    expect(fleet.byInstanceId(larger.byName("fleet-100000", AT)?.instanceId ?? "", AT)).toBeUndefined();
    expect(fleet.byInstanceId("nonsense", AT)).toBeUndefined();
  });

  test("declared instances are those with an entry of their own", () => {
    expect(fleet.declared(AT).map(({ name }) => name)).toEqual(["demo", "named"]);
    expect(fleet.size).toBe(100_002);
  });

  test("an id tells the name, and the entry, without making the instance", () => {
    const other = fleetOf({ demo: {}, "web-1": {}, fleet: { count: 100_000 } });
    const ids = ["demo", "web-1", "fleet-99999"].map((name) => other.byName(name, AT)?.instanceId ?? "");
    const makes = vi.spyOn(make, "makeInstance");
    expect([...ids, "i-0", ""].map((id) => other.nameOf(id))).toEqual([
      { name: "demo", entry: "demo" },
      { name: "web-1", entry: "web-1" },
      { name: "fleet-99999", entry: "fleet" },
      undefined,
      undefined,
    ]);
    expect(makes).toHaveBeenCalledTimes(0);
    makes.mockRestore();
  });
});

describe("the caller", () => {
  const fleet = fleetOf({
    listening: { listen: "127.0.0.1:1338" },
    everywhere: { listen: "0.0.0.0:8080" },
    six: { listen: "[::1]:1338", sourceAddress: "fd00::10" },
    source: { sourceAddress: "10.0.0.10" },
    fleet: { count: 100_000, sourceAddress: "10.8.0.1" },
  });

  test.each([
    ["a listener, whatever the source", from("10.0.0.10"), "listening"],
    ["a listener as a dual-stack socket writes it", from("10.0.0.10", "::ffff:127.0.0.1:1338"), "listening"],
    ["a listener on all addresses", from("10.0.0.10", "192.168.1.1:8080"), "everywhere"],
    ["an IPv6 listener", from("10.0.0.10", "::1:1338"), "six"],
    ["a source address", from("10.0.0.10", "127.0.0.1:80"), "source"],
    ["a source address as a dual-stack socket writes it", from("::ffff:10.0.0.10", "127.0.0.1:80"), "source"],
    ["an IPv6 source address", from("fd00:0::10", "127.0.0.1:80"), "six"],
    ["the first of a template", from("10.8.0.1", "127.0.0.1:80"), "fleet-0"],
    ["the last of a template", from("10.9.134.160", "127.0.0.1:80"), "fleet-99999"],
    ["just before a template", from("10.8.0.0", "127.0.0.1:80"), undefined],
    ["just behind a template", from("10.9.134.161", "127.0.0.1:80"), undefined],
    ["a stranger", from("127.0.0.1", "127.0.0.1:80"), undefined],
    ["a socket without addresses", from("", ":0"), undefined],
  ])("%s", (_name, caller, expected) => {
    expect(fleet.callerOf(caller, AT)?.name).toBe(expected);
    expect(fleet.callerOf(caller, AT)?.name).toBe(expected);
  });

  test.each([
    ["one instance", { demo: {} }, "demo"],
    ["one instance with a source address", { demo: { sourceAddress: "10.0.0.10" } }, "demo"],
    ["a template of one", { fleet: { count: 1 } }, "fleet-0"],
    ["two instances", { a: {}, b: {} }, undefined],
    ["a template of two", { fleet: { count: 2 } }, undefined],
    ["none", {}, undefined],
  ])("where there is %s, a stranger is %s", (_name, instances: InstancesConfiguration, expected) => {
    expect(fleetOf(instances).callerOf(from("127.0.0.1"), AT)?.name).toBe(expected);
  });
});

describe("a rule for unknown callers", () => {
  const three: InstancesConfiguration = { a: { sourceAddress: "10.0.0.10" }, b: {}, fleet: { count: 3 } };
  test.each<[string, InstancesConfiguration, string, string | undefined]>([
    ["refuses even where there is one instance", { demo: {} }, "refuse", undefined],
    ["names an instance", three, "b", "b"],
    ["names one that has a source address of its own", three, "a", "a"],
    ["names one of a template", three, "fleet-2", "fleet-2"],
  ])("%s", (_name, instances, unknownCaller, expected) => {
    const state = stateOf(instances, undefined, unknownCaller);
    const fleet = createFleet(() => state);
    expect(fleet.callerOf(from("192.0.2.1"), AT)?.name).toBe(expected);
    expect(fleet.callerOf(from("2001:db8::1", "::1:1338"), AT)?.name).toBe(expected);
  });

  test("is for strangers alone", () => {
    const state = stateOf(three, undefined, "b");
    expect(createFleet(() => state).callerOf(from("10.0.0.10"), AT)?.name).toBe("a");
  });
});

describe("cost", () => {
  test("a template of 100,000 makes no instance until one is asked for, and each once", () => {
    const makes = vi.spyOn(make, "makeInstance");
    const fleet = fleetOf({ fleet: { count: 100_000, sourceAddress: "10.8.0.1" } });
    expect(fleet.size).toBe(100_000);
    expect(makes).toHaveBeenCalledTimes(0);
    for (let i = 0; i < 3000; i++) fleet.callerOf(from(`10.8.0.${1 + (i % 3)}`), AT);
    expect(makes).toHaveBeenCalledTimes(3);
    const id = fleet.callerOf(from("10.8.0.2"), AT)?.instanceId ?? "";
    expect(fleet.byInstanceId(id, AT)).toBe(fleet.byName("fleet-1", AT));
    expect(makes).toHaveBeenCalledTimes(3);
    makes.mockRestore();
  });

  test("what is kept is bounded: the longest unasked one is made again, and is the same", () => {
    const fleet = fleetOf({ fleet: { count: 20_000 } });
    const first = fleet.byName("fleet-0", AT);
    for (let i = 1; i < 20_000; i++) fleet.byName(`fleet-${i}`, AT);
    const again = fleet.byName("fleet-0", AT);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });

  test("follows a changed state", () => {
    let state: InstancesState = stateOf({ demo: {} });
    const fleet = createFleet(() => state);
    expect(fleet.callerOf(from("127.0.0.1"), AT)?.name).toBe("demo");
    state = stateOf({ other: {} });
    expect(fleet.callerOf(from("127.0.0.1"), AT)?.name).toBe("other");
    expect(fleet.byName("demo", AT)).toBeUndefined();
  });
});
