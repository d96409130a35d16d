// Which maintenance is scheduled, and how did it end?
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html

import { derivedHexId } from "../../entropy/derive.ts";
import type { LifeChange } from "../life.ts";
import { MAINTENANCE_DESCRIPTIONS, type MaintenanceCode, type MaintenanceEvent } from "../notices.ts";
import { valueAt } from "../timeline.ts";
import { ActionRefused, type Situation } from "./situation.ts";

/** Durations are milliseconds from now on. */
interface Maintenance {
  readonly code: MaintenanceCode;
  readonly description?: string | undefined;
  readonly notBefore?: number | undefined;
  readonly notAfter?: number | undefined;
  readonly after?: number | undefined;
}

const DAY = 86_400_000;

/** AWS tells of a retirement two weeks ahead. */
export function scheduleMaintenance(situation: Situation, written: Maintenance): LifeChange[] {
  const { instance, life, at } = situation;
  const { code, description = MAINTENANCE_DESCRIPTIONS[code], notBefore = 14 * DAY, after: delay = 0 } = written;
  const { notAfter = notBefore + DAY / 12 } = written;
  if (notAfter < notBefore) throw new ActionRefused("notAfter must not come before notBefore");
  const number = life?.maintenance?.at(-1)?.value.length ?? 0;
  const event: MaintenanceEvent = {
    eventId: derivedHexId("instance-event-0", 16, instance.instanceId, at, number),
    code,
    description,
    notBefore: at + notBefore,
    notAfter: at + notAfter,
    state: "active",
  };
  return changedMaintenance(situation, at + delay, (events) => [...events, event]);
}

export function endMaintenance(
  situation: Situation,
  { eventId, state }: { readonly eventId?: string | undefined; readonly state: "canceled" | "completed" },
): LifeChange[] {
  const { instance, at } = situation;
  const active = instance.maintenance.filter((event) => event.state === "active");
  const meant = eventId === undefined ? active : active.filter((event) => event.eventId === eventId);
  if (meant.length === 0) throw new ActionRefused(`${instance.instanceId} has no such scheduled maintenance`);
  if (meant.length > 1)
    throw new ActionRefused(`give eventId, one of ${active.map((each) => each.eventId).join(", ")}`);
  return changedMaintenance(situation, at, (events) =>
    events.map((event) => (event.eventId === meant[0]?.eventId ? { ...event, state } : event)),
  );
}

/** The change at its instant, and in whatever is planned for later. */
function changedMaintenance(
  { life }: Situation,
  from: number,
  change: (events: readonly MaintenanceEvent[]) => readonly MaintenanceEvent[],
): LifeChange[] {
  const timeline = life?.maintenance ?? [];
  const later = timeline.filter((each) => each.from > from);
  return [{ from, value: valueAt(timeline, from) ?? [] }, ...later].map((each) => ({
    attribute: "maintenance",
    from: each.from,
    value: change(each.value),
  }));
}
