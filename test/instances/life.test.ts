// What holds from when on, how a new configuration meets what has happened, and an instance at any instant in any order.

import { describe, expect, test } from "vitest";
import type { InstancesConfiguration } from "../../instances/configuration.ts";
import { createFleet } from "../../instances/fleet.ts";
import type { LifeChange } from "../../instances/life.ts";
import { foldInstances, type InstancesState, NO_INSTANCES } from "../../instances/state.ts";
import { continued, type Timeline, valueAt } from "../../instances/timeline.ts";

const AT = Date.parse("2026-11-24T00:00:00Z");
const MINUTE = 60_000;

/** A state, and the instances of it. */
function worldOf(instances: InstancesConfiguration) {
  let state: InstancesState = NO_INSTANCES;
  const load = (now: InstancesConfiguration, at = AT) => {
    const configuration = { account: "123456789012", region: "us-east-1", instances: now };
    state = foldInstances(state, { type: "configuration.loaded", at, configuration });
  };
  load(instances);
  const fleet = createFleet(() => state);
  const happen = (name: string, at: number, ...changes: LifeChange[]) => {
    const instanceId = fleet.byName(name, at)?.instanceId ?? "";
    const entryName = state.entries.has(name) ? name : name.replace(/-\d+$/, "");
    state = foldInstances(state, { type: "instance.changed", at, instanceId, entryName, changes });
  };
  const reset = (at: number) => {
    state = foldInstances(state, { type: "world.reset", at });
  };
  return { fleet, load, happen, reset, lives: () => state.lives.size };
}

const stopped = (from: number): LifeChange => ({ attribute: "power", from, value: "stopped" });
const running = (from: number): LifeChange => ({ attribute: "power", from, value: "running" });
const tagged = (from: number, value: Record<string, string>): LifeChange => ({ attribute: "tags", from, value });
const profile = (from: number, name: string, number = 1): LifeChange => ({
  attribute: "profile",
  from,
  value: { instanceProfileName: name, instanceProfileId: `AIPA${name}`, associatedAt: from, number },
});

describe("a timeline", () => {
  test("holds each value until the next, and a new one ends what was planned for later", () => {
    let timeline: Timeline<string> = [];
    timeline = continued(timeline, 10, "ten");
    timeline = continued(timeline, 30, "thirty");
    expect([9, 10, 29, 30].map((at) => valueAt(timeline, at))).toEqual([undefined, "ten", "ten", "thirty"]);
    timeline = continued(timeline, 20, "twenty");
    expect([10, 20, 30].map((at) => valueAt(timeline, at))).toEqual(["ten", "twenty", "twenty"]);
    expect(valueAt(continued(timeline, 20, "instead"), 20)).toBe("instead");
  });

  test("does not grow without end", () => {
    let timeline: Timeline<number> = [];
    for (let i = 0; i < 10_000; i++) timeline = continued(timeline, i, i);
    expect(timeline.length).toBe(100);
    expect(valueAt(timeline, 10_000)).toBe(9_999);
  });
});

describe("an instance", () => {
  test("is what it was at every instant, in whatever order one asks, and the same object while nothing changes", () => {
    const { fleet, happen } = worldOf({ demo: { tags: { a: "0" } } });
    happen("demo", AT, tagged(AT + MINUTE, { a: "1" }), stopped(AT + 2 * MINUTE), running(AT + 3 * MINUTE));
    const seen = (minutes: number) => {
      const instance = fleet.byName("demo", AT + minutes * MINUTE);
      return [instance?.tags.get("a"), instance?.state, ((instance?.launchTime ?? 0) - AT) / MINUTE];
    };
    const story = [
      ["0", "running", 0],
      ["1", "running", 0],
      ["1", "stopped", 0],
      ["1", "running", 3],
    ];
    for (const minutes of [3, 0, 2, 1, 1, 3, 0, 2]) expect([minutes, seen(minutes)]).toEqual([minutes, story[minutes]]);
    expect(fleet.byName("demo", AT + MINUTE)).toBe(fleet.byName("demo", AT + 2 * MINUTE - 1));
  });

  test("is recognised as caller and by id as the same", () => {
    const { fleet, happen } = worldOf({ demo: {} });
    const caller = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1" };
    expect(fleet.callerOf(caller, AT)?.state).toBe("running");
    happen("demo", AT + 1, stopped(AT + 1));
    const instance = fleet.byName("demo", AT + 1);
    expect(instance?.state).toBe("stopped");
    expect(fleet.callerOf(caller, AT + 1)).toBe(instance);
    expect(fleet.byInstanceId(instance?.instanceId ?? "", AT + 1)).toBe(instance);
    expect(fleet.declared(AT + 1)).toEqual([instance]);
  });

  test("of a template lives by itself, and the others cost nothing", () => {
    const { fleet, happen, lives } = worldOf({ fleet: { count: 100_000, instanceProfile: "p" } });
    happen("fleet-7", AT, stopped(AT + 1));
    expect(["fleet-6", "fleet-7", "fleet-8"].map((name) => fleet.byName(name, AT + 1)?.state)).toEqual([
      "running",
      "stopped",
      "running",
    ]);
    expect(lives()).toBe(1);
    expect([...fleet.changedIds()]).toEqual([fleet.byName("fleet-7", AT)?.instanceId]);
  });
});

describe("associations", () => {
  test("are cut by stops, and a start delivers anew; what is to come is known", () => {
    const { fleet, happen } = worldOf({ demo: { instanceProfile: "first" } });
    happen("demo", AT, stopped(AT + MINUTE), running(AT + 2 * MINUTE));
    happen("demo", AT + 3 * MINUTE, profile(AT + 3 * MINUTE, "second"));
    const told = (minutes: number) => {
      const instance = fleet.byName("demo", AT + minutes * MINUTE);
      const { association, otherAssociations = [] } = instance ?? {};
      return [...otherAssociations, association].map(
        (one) =>
          one &&
          `${one.instanceProfileName} ${(one.deliveredFrom - AT) / MINUTE}-${(one.deliveredUntil - AT) / MINUTE}`,
      );
    };
    expect(told(0)).toEqual(["second 3-Infinity", "first 0-3"]);
    expect(told(1)).toEqual(["first 0-1"]);
    expect(told(2)).toEqual(["first 0-1", "second 3-Infinity", "first 2-3"]);
    expect(told(3)).toEqual(["first 0-1", "first 2-3", "second 3-Infinity"]);
  });

  test("to a stopped machine deliver nothing before it is started", () => {
    const { fleet, happen } = worldOf({ demo: {} });
    happen("demo", AT, stopped(AT), profile(AT + 1, "late"));
    expect(fleet.byName("demo", AT + 2)?.association).toMatchObject({
      instanceProfileName: "late",
      deliveredFrom: Number.POSITIVE_INFINITY,
    });
    happen("demo", AT + 3, running(AT + 3));
    expect(fleet.byName("demo", AT + 3)?.association).toMatchObject({ associatedAt: AT + 1, deliveredFrom: AT + 3 });
  });
});

describe("a new configuration", () => {
  const lived = () => {
    const world = worldOf({ demo: { instanceProfile: "first", tags: { a: "0" } }, other: {} });
    world.happen("demo", AT, profile(AT, "second"), tagged(AT, { a: "1" }), stopped(AT));
    return world;
  };
  const seen = ({ fleet }: ReturnType<typeof worldOf>) => {
    const instance = fleet.byName("demo", AT + MINUTE);
    return [instance?.association?.instanceProfileName, instance?.tags.get("a"), instance?.state];
  };

  test("that says the same changes nothing", () => {
    const world = lived();
    world.load({ demo: { instanceProfile: "first", tags: { a: "0" } } }, AT + 1);
    expect(seen(world)).toEqual(["second", "1", "stopped"]);
  });

  test("counts in what it says anew, and in no other", () => {
    const world = lived();
    world.load({ demo: { instanceProfile: "third", tags: { a: "0" } } }, AT + 1);
    expect(seen(world)).toEqual(["third", "1", "stopped"]);
    world.load({ demo: { instanceProfile: "third", tags: { a: "2" } } }, AT + 2);
    expect(seen(world)).toEqual(["third", "2", "stopped"]);
  });

  test("without the instance, or with another launch, forgets its life", () => {
    const gone = lived();
    gone.load({ other: {} }, AT + 1);
    expect(gone.lives()).toBe(0);
    const relaunched = lived();
    relaunched.load({ demo: { instanceProfile: "first", launchTime: "2026-11-23T00:00:00Z" } }, AT + 1);
    expect(seen(relaunched)).toEqual(["first", undefined, "running"]);
  });

  test("a reset forgets every life", () => {
    const world = lived();
    world.reset(AT + 1);
    expect(seen(world)).toEqual(["first", "0", "running"]);
    expect(world.lives()).toBe(0);
  });
});
