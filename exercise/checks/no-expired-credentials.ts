// Was a call refused because its keys had expired?

import { UNDER_WAY_MILLISECONDS, VainAsking, wereConnectionsRefused } from "../asks.ts";
import type { KeyLife, SeenRequest } from "../observation.ts";
import { count, instant, span } from "../words.ts";
import { type Check, type Evidence, lastOf, total } from "./check.ts";

export const noExpiredCredentials: Check = {
  name: "no-expired-credentials",
  about:
    "no call was signed with keys that had expired; those do not count for which new keys were not to be had, asked for in vain in the 20 minutes before, and served a second ago at most",
  threshold: "expiredCalls",
  isOfTime: true,
  judge(evidence, allowed) {
    const { blamed, excused } = expiredCalls(evidence);
    const measured = total(blamed);
    const beside =
      excused.length === 0 ? "" : `; ${count(total(excused), "call")} more while no new keys were to be had`;
    const [first] = blamed;
    if (first === undefined) {
      return { outcome: "passed", measured, message: `no call refused for keys that had expired${beside}` };
    }
    const outcome = measured <= allowed ? "passed" : "failed";
    return { outcome, measured, message: `${story(evidence, blamed, first)}${beside}` };
  },
};

function expiredCalls({ observation, faults, lives }: Evidence) {
  const [blamed, excused]: [SeenRequest[], SeenRequest[]] = [[], []];
  const asking = new VainAsking(() => faults);
  for (const request of observation.requests) {
    asking.take(request);
    const life = request.purpose === "call" ? lives.get(request.accessKeyId ?? "") : undefined;
    if (life === undefined || request.at < life.expiresAt) continue;
    const isVain = asking.isVain(request.at) || wereConnectionsRefused(observation.faults, request.at);
    if (isVain && newerServed(lives, life, request.at - UNDER_WAY_MILLISECONDS) === undefined) excused.push(request);
    else blamed.push(request);
  }
  return { blamed, excused };
}

/** Newer keys that the program had been served by then, and that were alive. */
const newerServed = (lives: ReadonlyMap<string, KeyLife>, old: KeyLife, at: number): KeyLife | undefined =>
  [...lives.values()].find(
    ({ issuedAt, expiresAt, firstServedAt = Number.POSITIVE_INFINITY }) =>
      issuedAt > old.issuedAt && firstServedAt <= at && expiresAt > at,
  );

/** Who calls all the time has a call refused at once, and who asks because of that asks at once; clocks leap less than a minute then. */
const AT_ONCE_MILLISECONDS = 60_000;

/** What went wrong with the keys that were refused first. */
function story({ lives, asks }: Evidence, blamed: readonly SeenRequest[], first: SeenRequest): string {
  const life = lives.get(first.accessKeyId ?? "") as KeyLife;
  const { accessKeyId, expiresAt } = life;
  const own = blamed.filter((call) => call.accessKeyId === accessKeyId);
  const refused = `${count(total(own), "call")} refused${others(blamed, own)}`;
  const went = `went on signing with ${accessKeyId} after they had expired at ${instant(expiresAt)}: ${refused}`;
  const newer = newerServed(lives, life, first.at);
  if (newer)
    return `${went}, although ${newer.accessKeyId} had been served at ${instant(newer.firstServedAt as number)}`;
  const again = asks.find(({ at }) => at > first.at);
  const before = latest(asks.filter(({ at }) => at <= first.at && at > (life.firstUsedAt ?? expiresAt)));
  if (before) return `${went}; it had last asked for keys ${lastAsk(before, expiresAt)}`;
  if (again === undefined) return `${went}, and never asked the metadata service again`;
  const expired = `${accessKeyId} had expired at ${instant(expiresAt)}`;
  if (first.at - expiresAt >= AT_ONCE_MILLISECONDS)
    return `slept past the expiry: its first call came ${span(first.at - expiresAt)} after ${expired}, ${refused}, and only then it asked for new keys`;
  if (again.at - first.at >= AT_ONCE_MILLISECONDS)
    return `asked for new keys only ${span(again.at - expiresAt)} after ${expired}, and went on signing with them until then: ${refused}`;
  return `asked for new keys only after a call had been refused: ${span(again.at - expiresAt)} after ${expired}, ${refused}`;
}

const latest = (requests: readonly SeenRequest[]) =>
  requests.reduce<SeenRequest | undefined>((last, one) => (last && lastOf(last) > lastOf(one) ? last : one), undefined);

const others = (blamed: readonly SeenRequest[], own: readonly SeenRequest[]) =>
  own.length === blamed.length ? "" : ` (${total(blamed)} with all that had expired)`;

function lastAsk(ask: SeenRequest, expiresAt: number): string {
  const at = lastOf(ask);
  const when = `${span(expiresAt - at)} ${at < expiresAt ? "before" : "after"} the expiry`;
  return `${when}, and was ${answer(ask)}`;
}

function answer({ purpose, status, accessKeyId }: SeenRequest): string {
  if (purpose === "credentials" && status === 200) return `served ${accessKeyId ?? "none"}`;
  return `answered ${status === 0 ? "nothing" : status}`;
}
