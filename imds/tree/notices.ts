// What does EC2 announce to the instance? Spot interruptions, rebalance recommendations, maintenance, Auto Scaling.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html

import type { Instance } from "../../instances/instance.ts";
import type { MaintenanceEvent } from "../../instances/notices.ts";
import { ec2Document } from "../document.ts";
import { isoSeconds } from "../timestamp.ts";
import type { Leaves } from "./leaf.ts";

export const NOTICE_LEAVES: Leaves = {
  "meta-data/autoscaling/target-lifecycle-state": [
    "2021-07-15",
    ({ instance }) => instance.targetLifecycleState ?? undefined,
  ],
  "meta-data/events/maintenance/history": ["2018-08-17", ({ instance }) => maintenance(instance, false)],
  "meta-data/events/maintenance/scheduled": ["2018-08-17", ({ instance }) => maintenance(instance, true)],
  "meta-data/events/recommendations/rebalance": [
    "2020-10-27",
    ({ instance: { rebalanceRecommendedAt: at } }) =>
      at === undefined ? undefined : `{"noticeTime": "${isoSeconds(at)}"}`,
  ],
  "meta-data/spot/instance-action": [
    "2016-09-02",
    ({ instance: { spotInterruption } }) =>
      spotInterruption && `{"action": "${spotInterruption.action}", "time": "${isoSeconds(spotInterruption.time)}"}`,
  ],
  // Older than the leaf beside it, and only for instances that will not come back.
  "meta-data/spot/termination-time": [
    "2014-11-05",
    ({ instance: { spotInterruption } }) =>
      spotInterruption?.action === "terminate" ? isoSeconds(spotInterruption.time) : undefined,
  ],
};

/** The documents of this service are those of Jackson's printer, by which lists of documents are written in this way. */
function maintenance({ maintenance: events }: Instance, active: boolean): string {
  const chosen = events.filter(({ state }) => (state === "active") === active).map(maintenanceDocument);
  return chosen.length === 0 ? "[]" : `[ ${chosen.join(", ")} ]`;
}

const PREFIXES = { active: "", canceled: "[Canceled] ", completed: "[Completed] " };

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_scheduled_events.html has the members and their form. */
function maintenanceDocument({ eventId, code, description, notBefore, notAfter, state }: MaintenanceEvent): string {
  return ec2Document({
    NotBefore: eventDate(notBefore),
    Code: code,
    Description: PREFIXES[state] + description,
    EventId: eventId,
    NotAfter: eventDate(notAfter),
    State: state,
  });
}

/** `21 Jan 2019 09:00:43 GMT`: the date of HTTP without its weekday. */
const eventDate = (at: number) => new Date(at).toUTCString().slice(5);
