// Which instance profile is attached from now on?
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/attach-iam-role.html

import { didYouMean } from "../../roles/did-you-mean.ts";
import type { LifeChange } from "../life.ts";
import { ActionRefused, decided, demandExisting, type Situation, seenFrom } from "./situation.ts";

/** What is attached already stays as it is: so does EC2, captured in September 2026. */
export function associate(
  situation: Situation,
  { instanceProfile }: { readonly instanceProfile: string },
): LifeChange[] {
  const { instance, life, at, profileIds } = situation;
  demandExisting(instance);
  const instanceProfileId = profileIds.get(instanceProfile);
  if (instanceProfileId === undefined) {
    const hint = didYouMean(instanceProfile, [...profileIds.keys()]);
    throw new ActionRefused(`there is no instance profile "${instanceProfile}"${hint}`);
  }
  const attached = life?.profile ? decided(situation, "profile") : instance.association;
  const { instanceProfileName, instanceProfileId: attachedId = instanceProfileId } = attached ?? {};
  if (instanceProfileName === instanceProfile && attachedId === instanceProfileId) return [];
  const number = Math.max(0, ...(life?.profile ?? []).map((each) => each.value?.number ?? 0)) + 1;
  const value = { instanceProfileName: instanceProfile, instanceProfileId, associatedAt: at, number };
  return [{ attribute: "profile", from: seenFrom(situation), value }];
}

/** What is on its way already is no mistake: EC2 answers the same again, captured in September 2026. */
export function disassociate(situation: Situation): LifeChange[] {
  const { instance, life, at } = situation;
  const attached = life?.profile ? decided(situation, "profile") : instance.association;
  if (!attached && instance.association) return [];
  if (!attached) throw new ActionRefused(`${instance.instanceId} has no instance profile`);
  // What is not seen yet never will be: captured of EC2, too.
  const pending = life?.profile?.at(-1)?.from ?? at;
  return [{ attribute: "profile", from: pending > at ? pending : seenFrom(situation), value: null }];
}
