// Which tags does a session have? Those that are asked for, and those that its caller's session hands on.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html

import type { Session } from "../../signing/session.ts";
import { type Keys, requestTagKeys, type TagPairs } from "../tag-keys.ts";
import { invalidParameterValue } from "./errors.ts";

/** Tags that are asked for a session, and which of them go on to the next ones. */
export interface RequestedTags {
  readonly tags: TagPairs;
  readonly transitiveKeys: readonly string[];
}

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

const hasKey = (keys: readonly string[], key: string) => keys.some((each) => each.toLowerCase() === key.toLowerCase());

/** The tags of a caller's session that go on: EKS Pod Identity hands on all of its own. */
function handedOn(session: Session | undefined): SessionTags {
  const tags = session && "tags" in session ? (session.tags ?? {}) : {};
  if (session?.kind === "eks-pod") return { tags, transitiveTagKeys: Object.keys(tags) };
  const keys = session && "transitiveTagKeys" in session ? (session.transitiveTagKeys ?? []) : [];
  const kept = Object.entries(tags).filter(([key]) => hasKey(keys, key));
  return { tags: Object.fromEntries(kept), transitiveTagKeys: kept.map(([key]) => key) };
}

/** @throws AwsError InvalidParameterValue */
export function sessionTags({ tags, transitiveKeys }: RequestedTags, session?: Session): SessionTags {
  const keys = tags.map(([key]) => key);
  if (keys.some((key, index) => hasKey(keys.slice(0, index), key))) {
    throw invalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  const inherited = handedOn(session);
  if ([...keys, ...transitiveKeys].some((key) => hasKey(inherited.transitiveTagKeys, key))) {
    throw invalidParameterValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the " +
        "calling session.",
    );
  }
  if (transitiveKeys.some((key) => !hasKey(keys, key))) {
    throw invalidParameterValue("The specified transitive tag key must be included in the requested tags.");
  }
  return {
    tags: { ...inherited.tags, ...Object.fromEntries(tags) },
    transitiveTagKeys: [...inherited.transitiveTagKeys, ...transitiveKeys],
  };
}

/** What policies see of them. */
export function tagContext({ tags, transitiveKeys }: RequestedTags): Keys {
  if (tags.length === 0) return {};
  return {
    ...requestTagKeys(tags),
    ...(transitiveKeys.length > 0 && { "sts:TransitiveTagKeys": transitiveKeys }),
  };
}

/** Those of a call: `[{Key: "team", Value: "blue"}]`. */
export const writtenTags = (written: readonly { readonly Key: string; readonly Value: string }[] = []) =>
  written.map(({ Key, Value }) => [Key, Value] as const);

/** As a session has them: nothing where there are none. */
export const keptTags = ({ tags, transitiveTagKeys }: SessionTags) => ({
  ...(Object.keys(tags).length > 0 && { tags }),
  ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
});
