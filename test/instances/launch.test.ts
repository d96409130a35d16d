// What RunInstances has made, in the state and in the fleet: folded, looked up, kept and forgotten.

import { describe, expect, test, vi } from "vitest";
import { foldRotation, NO_ROTATION, scheduleOf } from "../../credential-rotator/state.ts";
import type { InstancesConfiguration } from "../../instances/configuration.ts";
import { createFleet } from "../../instances/fleet.ts";
import type { InstancesLaunched } from "../../instances/launch.ts";
import * as make from "../../instances/make.ts";
import { foldInstances, type InstancesEvent, NO_INSTANCES } from "../../instances/state.ts";

const AT = Date.parse("2026-11-24T00:00:00.400Z");
const WEEK = 7 * 86_400_000;
const idOf = (number: number) => `i-0${String(number).padStart(16, "0")}`;

const loaded = (instances: InstancesConfiguration, at = AT, more: object = {}) =>
  ({
    type: "configuration.loaded",
    at,
    configuration: { account: "123456789012", region: "us-east-1", instances, ...more },
  }) as const;
const launched = (number: number, privateIpAddress = `172.31.0.${number + 10}`, at = AT): InstancesLaunched => ({
  type: "instances.launched",
  at,
  launches: [
    {
      ...{ instanceId: idOf(number), requestHash: "", volumeSettings: {}, changes: [] },
      configuration: { instanceId: idOf(number), privateIpAddress, tags: { number: String(number) } },
    },
  ],
});
const ended = (number: number, from: number) =>
  ({
    type: "instance.changed",
    ...{ at: AT, instanceId: idOf(number), entryName: idOf(number) },
    changes: [{ attribute: "power", from, value: "terminated" }],
  }) as const;
const stateOf = (...events: InstancesEvent[]) => events.reduce(foldInstances, NO_INSTANCES);
const fleetOf = (...events: InstancesEvent[]) => {
  const state = stateOf(...events);
  return createFleet(() => state);
};
const from = (remoteAddress: string) => ({ localAddress: "127.0.0.1", localPort: 1338, remoteAddress });

describe("a launched instance", () => {
  test("is an entry that is named by its id, launched at the whole second", () => {
    const fleet = fleetOf(loaded({ demo: {} }), launched(1));
    const instance = fleet.byName(idOf(1), AT);
    expect(instance).toMatchObject({ instanceId: idOf(1), launchTime: AT - 400, state: "running" });
    expect(fleet.byInstanceId(idOf(1), AT)).toBe(instance);
    expect(fleet.declared(AT).map(({ name }) => name)).toEqual(["demo", idOf(1)]);
  });

  test("is known by its private address; after its end the address is the next one's", () => {
    const events = [loaded({}), launched(1, "172.31.0.9"), launched(2)] as const;
    expect(fleetOf(...events).callerOf(from("172.31.0.9"), AT)?.name).toBe(idOf(1));
    const next = fleetOf(...events, ended(1, AT), launched(3, "172.31.0.9"));
    expect(next.callerOf(from("::ffff:172.31.0.9"), AT)?.name).toBe(idOf(3));
  });

  test.each<[string, InstancesEvent[], string | undefined]>([
    ["alone", [loaded({}), launched(1)], idOf(1)],
    ["one of two", [loaded({}), launched(1), launched(2)], undefined],
    ["the one that is left", [loaded({}), launched(1), launched(2), ended(2, AT)], idOf(1)],
    ["beside a configured one", [loaded({ demo: {} }), launched(1)], "demo"],
    ["beside two configured ones", [loaded({ demo: {}, other: {} }), launched(1)], undefined],
    ["beside a template", [loaded({ fleet: { count: 2 } }), launched(1)], undefined],
  ])("%s: whom a stranger and a question without a name mean", (_what, events, name) => {
    const fleet = fleetOf(...events);
    expect([fleet.stranger(AT)?.name, fleet.only(AT)?.name, fleet.callerOf(from("127.0.0.1"), AT)?.name]).toEqual(
      Array(3).fill(name),
    );
  });

  test("leaves a stranger to whom the configuration says he is", () => {
    const refused = fleetOf(loaded({}, AT, { unknownCaller: "refuse" }), launched(1));
    expect([refused.stranger(AT), refused.only(AT)?.name]).toEqual([undefined, idOf(1)]);
  });

  test("stays when a configuration is loaded again, with its life, and goes with a reset or another account", () => {
    const before = [loaded({}), launched(1), ended(1, AT + 1000)] as const;
    const again = fleetOf(...before, loaded({ demo: {} }, AT + 5000));
    expect(again.byName(idOf(1), AT + 2000)?.state).toBe("terminated");
    expect(fleetOf(...before, { type: "world.reset", at: AT }).size).toBe(0);
    expect(fleetOf(...before, loaded({}, AT, { account: "210987654321" })).size).toBe(0);
  });

  test("is made once, whatever is launched beside it, until the delays of all are others", () => {
    let state = stateOf(loaded({ demo: {} }), launched(1));
    const fleet = createFleet(() => state);
    const [demo, first] = [fleet.byName("demo", AT), fleet.byName(idOf(1), AT)];
    const made = vi.spyOn(make, "makeInstance");
    state = foldInstances(state, launched(2));
    expect([fleet.byName("demo", AT), fleet.byName(idOf(1), AT)]).toEqual([demo, first]);
    expect(made).not.toHaveBeenCalled();
    state = foldInstances(state, loaded({ demo: {} }, AT, { delays: "ec2" }));
    expect(fleet.byName(idOf(1), AT)?.delays).toBe("ec2");
    made.mockRestore();
  });

  test("is forgotten a week after its end, when another one is launched", () => {
    const end = ended(1, AT);
    const early = stateOf(loaded({}), launched(1), end, launched(2, undefined, AT + WEEK - 1));
    expect([early.entries.has(idOf(1)), early.lives.has(idOf(1))]).toEqual([true, true]);
    const late = stateOf(loaded({}), launched(1), end, launched(2, undefined, AT + WEEK));
    expect([late.entries.has(idOf(1)), late.lives.has(idOf(1)), late.entries.size]).toEqual([false, false, 1]);
  });

  test("rotates by the general settings, of which the first hold from the beginning", () => {
    const rotated = (every: string, at: number) =>
      ({ type: "configuration.loaded", at, configuration: { rotation: { every } } }) as const;
    const instance = fleetOf(loaded({}), launched(1)).byName(idOf(1), AT);
    if (!instance) throw new Error("it was not launched");
    const rotation = [rotated("1h", AT), rotated("30m", AT + 1000)].reduce(foldRotation, NO_ROTATION);
    const delivery = { deliveredFrom: AT, deliveredUntil: Number.POSITIVE_INFINITY, restarts: 0 };
    expect(scheduleOf(rotation, instance, delivery)?.eras).toMatchObject([
      { from: Number.NEGATIVE_INFINITY, settings: { everyMilliseconds: 3_600_000 } },
      { from: AT + 1000, settings: { everyMilliseconds: 1_800_000 } },
    ]);
    expect(scheduleOf(rotation, { ...instance, name: "removed" }, delivery)).toBeUndefined();
  });
});

test("all and sample: every instance, and at least one of each subnet", () => {
  const fleet = fleetOf(loaded({ demo: {}, fleet: { count: 10_000, privateIpAddress: "10.0.0.4" } }), launched(1));
  expect(fleet.all(AT).toArray()).toHaveLength(10_002);
  const subnets = (all: Iterable<{ networkInterfaces: readonly [{ subnetId: string }, ...unknown[]] }>) =>
    new Set(Array.from(all, ({ networkInterfaces: [primary] }) => primary.subnetId));
  expect(fleet.sample(AT).toArray().length).toBeLessThan(10);
  expect(subnets(fleet.sample(AT))).toEqual(subnets(fleet.all(AT)));
});

test("what the account has set and tagged is kept whole, and goes with a reset", () => {
  const events: InstancesEvent[] = [
    loaded({}),
    { type: "metadata-defaults.modified", at: AT, defaults: { httpTokens: "optional" } },
    { type: "resources.tagged", at: AT, tags: { "vpc-1": { a: "b" }, "vol-1": {} } },
    loaded({ demo: {} }, AT + 1),
  ];
  expect(stateOf(...events)).toMatchObject({ metadataDefaults: { httpTokens: "optional" } });
  expect(stateOf(...events).resourceTags.get("vpc-1")).toEqual({ a: "b" });
  const reset = stateOf(...events, { type: "world.reset", at: AT });
  expect([reset.metadataDefaults, reset.resourceTags.size]).toEqual([{}, 0]);
});
