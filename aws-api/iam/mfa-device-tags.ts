// What is there to do with the tags of MFA devices? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_virtual-mfa.html

import { TAGS } from "../../roles/limits.ts";
import type { Tag } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { invalidInput, limitExceeded } from "./errors.ts";
import { mfaDeviceOf, serialNumberOf } from "./mfa-device.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";
import { page } from "./page.ts";

interface TagInput extends Members {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TagKeys?: readonly string[];
}

/** Their keys are not the same in another case, unlike those of users and roles. @throws AwsError InvalidInput, LimitExceeded */
export function tagsOf(call: Call, before: readonly Tag[] = []): readonly Tag[] {
  const { Tags = [] } = inputOf<TagInput>(call);
  const given = new Map(Tags.map(({ Key, Value }) => [Key, { key: Key, value: Value }]));
  if (given.size < Tags.length) throw invalidInput("Duplicate tag keys found.");
  const tags = [...new Map([...before.map((tag) => [tag.key, tag] as const), ...given]).values()];
  if (tags.length > TAGS) throw limitExceeded("The number of tags has reached the maximum limit.");
  return tags;
}

export const mfaDeviceTagOperations: Readonly<Record<string, IamOperation>> = {
  TagMFADevice: changes(serialNumberOf, (call, identities) => {
    const device = mfaDeviceOf(call, identities);
    return { changes: [put("mfaDevices", device.arn, { ...device, tags: tagsOf(call, device.tags) })] };
  }),
  UntagMFADevice: changes(serialNumberOf, (call, identities) => {
    const device = mfaDeviceOf(call, identities);
    const gone = new Set(inputOf<TagInput>(call).TagKeys);
    const tags = device.tags.filter(({ key }) => !gone.has(key));
    return { changes: [put("mfaDevices", device.arn, { ...device, tags })] };
  }),
  ListMFADeviceTags: reads(serialNumberOf, (call, identities) =>
    page(
      call,
      "Tags",
      mfaDeviceOf(call, identities).tags,
      ({ key }) => key,
      ({ key, value }) => ({ Key: key, Value: value }),
    ),
  ),
};
