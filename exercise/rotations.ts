// How did one set of keys follow the other? One rotation is one expiry of keys in use.

import { lastOf } from "./checks/check.ts";
import type { KeyLife, Observation } from "./observation.ts";
import type { Rotation } from "./verdict.ts";

/** So long new keys are waited for, from the first request after the expiry: who sleeps need not have any. */
const PATIENCE_MILLISECONDS = 30 * 60_000;

type UsedLife = KeyLife & { readonly firstUsedAt: number };

interface Succession {
  readonly before: UsedLife;
  /** The first newer keys in use. */
  readonly after?: UsedLife;
}

/** Keys that had expired before they were used begin no rotation: who was served them is judged elsewhere. */
const isUsed = (life: KeyLife): life is UsedLife => life.firstUsedAt !== undefined && life.firstUsedAt < life.expiresAt;

const earliest = (used: readonly UsedLife[]): UsedLife | undefined =>
  used.reduce<UsedLife | undefined>(
    (first, life) => (first && first.firstUsedAt <= life.firstUsedAt ? first : life),
    undefined,
  );

/**
 * Those that are over: the keys have expired, and newer ones are in use or have been waited for long enough. The next one begins with
 * the newest keys that are in use then.
 */
function successionsOf({ lives, requests, endedAt }: Observation): readonly Succession[] {
  const used = lives.filter(isUsed);
  const found: Succession[] = [];
  let before = earliest(used);
  while (before !== undefined && before.expiresAt <= endedAt) {
    const { expiresAt } = before;
    const newer = used.slice(used.indexOf(before) + 1);
    const after = earliest(newer);
    const wokeAt = requests.find((request) => lastOf(request) >= expiresAt)?.at;
    if (after === undefined && wokeAt === undefined) break;
    const isFollowed = after && after.firstUsedAt <= (wokeAt ?? expiresAt) + PATIENCE_MILLISECONDS;
    found.push(isFollowed ? { before, after } : { before });
    const overAt = Math.max(expiresAt, after?.firstUsedAt ?? 0);
    before = isFollowed ? newer.findLast(({ firstUsedAt }) => firstUsedAt <= overAt) : after;
  }
  return found;
}

export function rotationsOf(observation: Observation): readonly Rotation[] {
  return successionsOf(observation).map(({ before, after }, index) => {
    const { accessKeyId, expiresAt } = before;
    const burst = observation.bursts.find(
      ({ newAccessKeyIds }) => after && newAccessKeyIds.includes(after.accessKeyId),
    );
    return {
      number: index + 1,
      accessKeyId,
      expiresAt,
      ...(after && {
        nextAccessKeyId: after.accessKeyId,
        ...(burst && { askedAt: burst.at }),
        ...(after.firstServedAt !== undefined && { servedAt: after.firstServedAt }),
        pickedUpAt: after.firstUsedAt,
        marginSeconds: (expiresAt - after.firstUsedAt) / 1000,
      }),
      imdsRequests: burst?.requests ?? 0,
      tokenRequests: burst?.tokens ?? 0,
    };
  });
}
