// What is told of an instance: its state, where it is asked for, its role, and what is announced to it.

import type { InstanceReport } from "./control/controls.ts";
import { iso } from "./control/iso.ts";
import type { Instance } from "./instances/instance.ts";
import type { Simulator } from "./simulator.ts";

export interface ReportParts {
  readonly simulator: Simulator;
  /** The URL of the metadata service that means this instance. */
  imdsOf(instance: Instance): string;
}

export function instanceReport({ simulator, imdsOf }: ReportParts, instance: Instance): InstanceReport {
  const { name, instanceId, state, association } = instance;
  const role = simulator.rotator.roleName(instance, simulator.clock.now());
  return {
    name,
    instanceId,
    state,
    imds: imdsOf(instance),
    ...(association && { instanceProfile: association.instanceProfileName }),
    ...(role === undefined ? {} : { role }),
    ...noticesOf(instance),
  };
}

export function instanceReports(parts: ReportParts): (InstanceReport & { count?: number })[] {
  const { world, fleet, clock } = parts.simulator;
  return [...world.instances.entries.values()].map(({ name, configuration: { count, sourceAddress } }) => ({
    ...instanceReport(parts, fleet.byName(count === undefined ? name : `${name}-0`, clock.now()) as Instance),
    name,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(count === undefined ? {} : { count }),
  }));
}

function noticesOf({ spotInterruption: spot, rebalanceRecommendedAt: rebalance, maintenance }: Instance) {
  const active = maintenance.filter(({ state }) => state === "active");
  const written = active.map(({ eventId, code, notBefore }) => ({ eventId, code, notBefore: iso(notBefore) }));
  return {
    ...(spot && { spotInterruption: { action: spot.action, time: iso(spot.time) } }),
    ...(rebalance !== undefined && { rebalanceRecommendedAt: iso(rebalance) }),
    ...(written.length > 0 && { maintenance: written }),
  };
}
