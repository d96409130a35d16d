// How are faults raised, listed and cleared on a simulation in this process?

import { ControlError, type FaultControls, type FaultReport } from "./control/controls.ts";
import { iso } from "./control/iso.ts";
import { nextFaultId } from "./faults/state.ts";
import { faultSchema, type WrittenFault } from "./faults/table.ts";
import { didYouMean } from "./roles/did-you-mean.ts";
import type { Simulator } from "./simulator.ts";
import { checkWritten } from "./written.ts";

/** @param doorsFollow awaited after each change, so that whoever raised a fault meets it. */
export function faultControls(simulator: Simulator, doorsFollow: () => Promise<void>): FaultControls {
  const { change, clock } = simulator;
  return {
    async raise(written) {
      const fault = checked(simulator, written);
      const id = await change(({ faults }) => {
        const next = nextFaultId(faults);
        return { events: [{ type: "fault.raised", at: clock.now(), id: next, fault }], result: next };
      });
      await doorsFollow();
      return reports(simulator).find((one) => one.id === id) as FaultReport;
    },
    list: async () => reports(simulator),
    async clear(id) {
      const ids = reports(simulator).map((one) => one.id);
      if (id !== undefined && !ids.includes(id)) {
        throw new ControlError(404, `there is no fault with the id "${id}"${didYouMean(id, ids)}`);
      }
      const event = { type: "fault.cleared", at: clock.now(), ...(id !== undefined && { id }) } as const;
      await change(() => ({ events: [event], result: undefined }));
      await doorsFollow();
    },
  };
}

function checked({ fleet, world, clock }: Simulator, written: unknown): WrittenFault {
  let fault: WrittenFault;
  try {
    fault = checkWritten(faultSchema, written, "fault");
  } catch (problem) {
    throw new ControlError(400, (problem as Error).message.replaceAll("\n", "; "));
  }
  const { instance } = fault;
  const { entries } = world.instances;
  const now = clock.now();
  if (
    instance === undefined ||
    entries.has(instance) ||
    fleet.byName(instance, now) ||
    fleet.byInstanceId(instance, now)
  )
    return fault;
  throw new ControlError(404, `there is no instance "${instance}"${didYouMean(instance, entries.keys())}`);
}

function reports({ faults, clock }: Simulator): readonly FaultReport[] {
  return faults.report(clock.now()).map(({ from, until, ...report }) => ({
    ...report,
    from: iso(from),
    ...(Number.isFinite(until) && { until: iso(until) }),
  }));
}
