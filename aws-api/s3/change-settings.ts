// How is a bucket set to something else? As one event with all that it is set to from then on.

import type { Call } from "../call.ts";
import { bucketOf, type S3Parts } from "./operation.ts";
import type { BucketSettings } from "./state.ts";

/** Sets the call's bucket to what `change` makes of its settings. @throws AwsError as `bucketOf` and `change` */
export function changeSettings(
  call: Call,
  parts: S3Parts,
  change: (settings: BucketSettings) => BucketSettings,
): Promise<void> {
  return parts.commit((state) => {
    const { name, settings } = bucketOf(call, state);
    const { at } = call.request;
    return { events: [{ type: "bucket.changed", at, bucket: name, settings: change(settings) }], result: undefined };
  });
}
