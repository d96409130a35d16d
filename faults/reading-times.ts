// Which credentials does somebody see who reads at another instant? The rotator's own sets, so that keys and dates stay derived and
// fit together, and the AWS endpoints judge them as any others.

import type { CredentialRotator, Delivered } from "../credential-rotator/rotator.ts";
import type { Instance, ProfileAssociation } from "../instances/instance.ts";

/** What a source gave is real, and there is none of another instant: it stays as it is. */
const unlessReal = (rotator: CredentialRotator, deliver: CredentialRotator["deliver"]): CredentialRotator => ({
  ...rotator,
  deliver: (instance, delivery, at) =>
    (rotator.isReal(instance, at) ? rotator.deliver : deliver)(instance, delivery, at),
});

/** A rotator that is always asked as of another instant, but never of one before there was anything to deliver. */
export const readAt = (rotator: CredentialRotator, instantOf: (at: number) => number): CredentialRotator =>
  unlessReal(rotator, (instance, delivery, at) => {
    const earliest = instance.association?.deliveredFrom ?? at;
    return rotator.deliver(instance, delivery, Math.min(at, Math.max(earliest, instantOf(at))));
  });

const MONTH_MILLISECONDS = 30 * 86_400_000;

/** A rotator whose newest set has expired at least so long ago. */
export const readExpired = (rotator: CredentialRotator, byMilliseconds: number): CredentialRotator =>
  unlessReal(rotator, async (instance, delivery, at) => {
    const limit = at - byMilliseconds;
    // By whole months, so that the sets fall where they always do.
    const older = attachedBefore(instance, Math.ceil(byMilliseconds / MONTH_MILLISECONDS + 1) * MONTH_MILLISECONDS);
    let readAt = at;
    let delivered: Delivered | undefined;
    // Each look goes back by what was left: after two or three the set has expired.
    do {
      delivered = await rotator.deliver(older, delivery, readAt);
      if (delivered?.outcome !== "success") return delivered;
      readAt -= delivered.expiresAt - limit;
    } while (delivered.expiresAt > limit);
    return delivered;
  });

/** The same instance, had its profile been attached long ago: a young one has no set that could have expired. */
function attachedBefore(instance: Instance, milliseconds: number): Instance {
  const { association } = instance;
  if (association === undefined) return instance;
  const older: ProfileAssociation = {
    ...association,
    associatedAt: association.associatedAt - milliseconds,
    deliveredFrom: association.deliveredFrom - milliseconds,
  };
  return { ...instance, association: older };
}
