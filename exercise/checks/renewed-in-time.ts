// Were new keys in use before the old ones expired?

import { outcomeOf, VAIN_MILLISECONDS, wereConnectionsRefused } from "../asks.ts";
import type { Rotation } from "../verdict.ts";
import { count, instant, span } from "../words.ts";
import { type Check, type Evidence, lastOf } from "./check.ts";

export const renewedInTime: Check = {
  name: "renewed-in-time",
  about:
    "at each expiry of keys in use newer ones were in use early enough; who signs nothing between the expiry and the new keys has renewed at the expiry",
  threshold: "leastMarginSeconds",
  isOfTime: true,
  judge(evidence, allowed) {
    const { rotations } = evidence;
    if (rotations.length === 0) return { outcome: "skipped", message: "no keys in use expired while it ran" };
    const margins = rotations.map((rotation) => ({ rotation, margin: marginOf(evidence, rotation) }));
    const late = margins.filter(({ margin }) => margin < allowed);
    // A threshold below 0 says itself how much later it may be, whatever stood in the way.
    const blamed = allowed < 0 ? late : late.filter(({ rotation }) => !wereNotToBeHad(evidence, rotation));
    const judged = margins.filter((each) => !late.includes(each) || blamed.includes(each));
    const beside =
      judged.length === margins.length
        ? ""
        : `; in ${count(margins.length - judged.length, "other")} no new keys were to be had`;
    const worst = judged.reduce((a, b) => (b.margin < a.margin ? b : a), judged[0] as (typeof judged)[number]);
    if (judged.length === 0) return { outcome: "skipped", message: "no new keys were to be had at any expiry" };
    const measured = Number.isFinite(worst.margin) ? { measured: worst.margin } : {};
    if (blamed.length > 0)
      return { outcome: "failed", ...measured, message: `${fault(worst.rotation, worst.margin)}${beside}` };
    return {
      outcome: "passed",
      ...measured,
      message: `${count(judged.length, "rotation")}, new keys in use ${told(worst.margin)}${judged.length > 1 ? " or earlier" : ""}${beside}`,
    };
  },
};

/** In seconds, -Infinity where newer keys never came into use. */
function marginOf({ lives }: Evidence, { accessKeyId, expiresAt, marginSeconds }: Rotation): number {
  if (marginSeconds === undefined) return Number.NEGATIVE_INFINITY;
  const lastUsedAt = lives.get(accessKeyId)?.lastUsedAt ?? expiresAt;
  return marginSeconds < 0 && lastUsedAt < expiresAt ? 0 : marginSeconds;
}

/** Whether it asked in vain in the time before the expiry, or until it had the new keys. */
function wereNotToBeHad({ asks, faults, observation }: Evidence, { expiresAt, pickedUpAt }: Rotation): boolean {
  const from = expiresAt - VAIN_MILLISECONDS;
  const until = Math.max(expiresAt, pickedUpAt ?? Number.POSITIVE_INFINITY);
  const vain = asks.some((ask) => lastOf(ask) >= from && ask.at <= until && outcomeOf(ask, faults) === "vain");
  return vain || wereConnectionsRefused(observation.faults, expiresAt);
}

function fault({ number, accessKeyId, nextAccessKeyId, expiresAt }: Rotation, margin: number): string {
  const keys = `rotation ${number}: ${accessKeyId} expired at ${instant(expiresAt)}, and`;
  if (nextAccessKeyId === undefined) return `${keys} no newer keys came into use`;
  return `${keys} ${nextAccessKeyId} was in use only ${told(margin)}`;
}

const told = (margin: number) =>
  margin === 0 ? "at the expiry" : `${span(margin * 1000)} ${margin > 0 ? "before" : "after"} the expiry`;
