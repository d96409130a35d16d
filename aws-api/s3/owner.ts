// Who does S3 say owns a bucket, and who began an upload? https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html

import { derivedHexId } from "../../entropy/derive.ts";
import type { Call } from "../call.ts";

/** The canonical user id of everybody who signs nothing. */
const ANONYMOUS_ID = "65a011a29cdf8ec533ec3d1ccaae921c";

/** The account's canonical user id, 64 digits. */
export function ownerOf({ accountId }: Call): string {
  return derivedHexId("", 64, "canonical user", accountId);
}

/** Who calls, as the initiator of a multipart upload. */
export function initiatorOf(call: Call): { readonly ID: string; readonly DisplayName: string } {
  const { principal } = call;
  if (principal.kind === "anonymous") return { ID: ANONYMOUS_ID, DisplayName: "anonymous" };
  if (principal.kind === "root") return { ID: ownerOf(call), DisplayName: "root" };
  return { ID: principal.arn, DisplayName: principal.arn.slice(principal.arn.indexOf("/") + 1) };
}
