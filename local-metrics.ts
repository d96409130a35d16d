// What is there to be measured of a simulation in this process?

import type { Measured } from "./control/metrics.ts";
import type { Simulator } from "./simulator.ts";

/** All of it, at this moment. */
export function measure(simulator: Simulator): Measured {
  const { clock, fleet, log, announced, journalPosition } = simulator;
  const now = clock.now();
  return {
    counts: log.counts,
    asked: log.counts.summedBy((instanceId) => fleet.nameOf(instanceId)?.entry ?? "removed"),
    log,
    now,
    speed: clock.setting.speed,
    journalPosition: journalPosition(),
    instances: fleet.size,
    announced,
    expiries: expiriesAt(simulator, now),
  };
}

/** When the credentials in force expire, as far as the simulation makes them. */
function* expiriesAt({ world, fleet, rotator }: Simulator, now: number): Generator<[name: string, expiresAt: number]> {
  for (const { name, configuration } of world.instances.entries.values()) {
    const instance = fleet.byName(configuration.count === undefined ? name : `${name}-0`, now);
    const expiresAt = instance && rotator.expiresAt(instance, now);
    if (expiresAt !== undefined) yield [name, expiresAt];
  }
}
