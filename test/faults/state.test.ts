// Which faults are there after what has happened?

import { expect, test } from "vitest";
import { type FaultsEvent, foldFaults, NO_FAULTS, nextFaultId } from "../../faults/state.ts";
import type { WrittenFault } from "../../faults/table.ts";

const swallow = { fault: "swallow" } as WrittenFault;
const status = { fault: "status", status: 503, seed: "mine" } as unknown as WrittenFault;
const loaded = (at: number, ...faults: WrittenFault[]): FaultsEvent => ({
  type: "configuration.loaded",
  at,
  configuration: { faults },
});
const seedOf = (id: string) => id.length;
const after = (...events: FaultsEvent[]) =>
  events.reduce((state, event) => foldFaults(state, event, seedOf), NO_FAULTS);
const shown = (...events: FaultsEvent[]) =>
  after(...events).current.map(({ id, raisedAt, seed }) => `${id} ${raisedAt} ${seed}`);

const raised = (at: number, id: string): FaultsEvent => ({ type: "fault.raised", at, id, fault: swallow });

test("those of the configuration, and those raised beside it", () => {
  expect(shown(loaded(1, swallow, status), raised(2, "fault-1"))).toEqual([
    "configuration-1 1 15",
    "configuration-2 1 mine",
    "fault-1 2 7",
  ]);
  expect(nextFaultId(after(raised(2, "fault-1")))).toBe("fault-2");
});

test("one is cleared, or all, and an id does not come again", () => {
  const three = [loaded(1, swallow), raised(2, "fault-1"), raised(3, "fault-2")];
  expect(shown(...three, { type: "fault.cleared", at: 4, id: "fault-1" })).toEqual([
    "configuration-1 1 15",
    "fault-2 3 7",
  ]);
  expect(shown(...three, { type: "fault.cleared", at: 4 })).toEqual([]);
  expect(nextFaultId(after(...three, { type: "fault.cleared", at: 4 }))).toBe("fault-3");
});

test("a reset begins the configuration's anew and forgets the others", () => {
  const events: FaultsEvent[] = [loaded(1, swallow), raised(2, "fault-1"), { type: "fault.cleared", at: 3 }];
  expect(shown(...events, { type: "world.reset", at: 9 })).toEqual(["configuration-1 9 15"]);
});

test("the same faults loaded again stay as they are, others replace them, and those raised by hand stay", () => {
  const events = [loaded(1, swallow), raised(2, "fault-1")];
  expect(after(...events, loaded(5, swallow))).toEqual(after(...events));
  expect(shown(...events, loaded(5, status))).toEqual(["configuration-1 5 mine", "fault-1 2 7"]);
  expect(shown(...events, loaded(5))).toEqual(["fault-1 2 7"]);
});
