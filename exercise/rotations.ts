// How did one set of keys follow the other? One rotation is one expiry of keys in use.

import type { KeyLife, Observation } from "./observation.ts";
import type { Rotation } from "./verdict.ts";

/** So long after an expiry new keys are waited for. */
const PATIENCE_MILLISECONDS = 30 * 60_000;

type UsedLife = KeyLife & { readonly firstUsedAt: number };

interface Succession {
  readonly before: UsedLife;
  /** The first newer keys in use. */
  readonly after?: UsedLife;
}

/** Keys that had expired before they were used begin no rotation: who was served them is judged elsewhere. */
const isUsed = (life: KeyLife): life is UsedLife => life.firstUsedAt !== undefined && life.firstUsedAt < life.expiresAt;

/**
 * The rotations that are over: the keys have expired, and newer ones are in use or have been waited for long enough. The next one begins
 * with the newest keys that are in use then. `lives` are in the order of their issue.
 */
export function successionsOf(lives: readonly KeyLife[], now: number, hasEnded = false): readonly Succession[] {
  const used = lives.filter(isUsed).filter(({ firstUsedAt }) => firstUsedAt <= now);
  const found: Succession[] = [];
  let before = earliest(used);
  while (before !== undefined && before.expiresAt <= now) {
    const newer = used.slice(used.indexOf(before) + 1);
    const after = earliest(newer);
    const deadline = before.expiresAt + PATIENCE_MILLISECONDS;
    const isFollowed = after !== undefined && after.firstUsedAt <= deadline;
    if (!isFollowed && now < deadline && !hasEnded) break;
    found.push(isFollowed ? { before, after } : { before });
    const endedAt = isFollowed ? Math.max(before.expiresAt, after.firstUsedAt) : now;
    before = isFollowed ? newer.findLast(({ firstUsedAt }) => firstUsedAt <= endedAt) : after;
  }
  return found;
}

const earliest = (used: readonly UsedLife[]): UsedLife | undefined =>
  used.reduce<UsedLife | undefined>(
    (first, life) => (first && first.firstUsedAt <= life.firstUsedAt ? first : life),
    undefined,
  );

export function rotationsOf({ lives, bursts, endedAt }: Observation): readonly Rotation[] {
  return successionsOf(lives, endedAt, true).map(({ before, after }, index) => {
    const { accessKeyId, expiresAt } = before;
    const burst = bursts.find(({ newAccessKeyIds }) => after && newAccessKeyIds.includes(after.accessKeyId));
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
