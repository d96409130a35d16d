// GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy and GetBucketPolicyStatus: whom does the bucket itself let in?
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html

import { bindPrincipals, shownDocument } from "../../roles/bound-principals.ts";
import { AwsError, type Call, type Permission } from "../call.ts";
import { denialText } from "../refusals/s3.ts";
import { checkPayload } from "./announced.ts";
import { checkedBucketPolicy } from "./bucket-policy.ts";
import { changeSettings } from "./change-settings.ts";
import { noSuchBucketPolicy } from "./errors.ts";
import { type BucketInput, bucketArn, bucketOf, inputOf, onBucket, type S3Operation } from "./operation.ts";
import { isPublic } from "./public-policy.ts";
import type { S3State } from "./state.ts";

/** @throws AwsError NoSuchBucketPolicy, and as `bucketOf` */
function policyOf(call: Call, state: S3State) {
  const { name, settings } = bucketOf(call, state);
  if (!settings.policy) throw noSuchBucketPolicy(name);
  return settings.policy;
}

/**
 * The root user can always mend a policy that shuts everybody out, so that the policy is not asked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
function onPolicy(call: Call, state: S3State, action: string): Permission {
  const { resourcePolicy: _, ...unasked } = onBucket(call, state, action);
  return call.principal.kind === "root" ? unasked : onBucket(call, state, action);
}

export const GetBucketPolicy: S3Operation = {
  permissions: (call, state) => [onPolicy(call, state, "s3:GetBucketPolicy")],
  act: (call, parts) => ({ output: { Policy: shownDocument(policyOf(call, parts.state()), parts.identities()) } }),
};

export const GetBucketPolicyStatus: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:GetBucketPolicyStatus")],
  act: (call, parts) => ({ output: { PolicyStatus: { IsPublic: isPublic(policyOf(call, parts.state()).document) } } }),
};

interface PutInput extends BucketInput {
  readonly Policy: string;
}

export const PutBucketPolicy: S3Operation = {
  permissions: (call, state) => [onPolicy(call, state, "s3:PutBucketPolicy")],
  async act(call, parts) {
    const { Bucket, Policy } = inputOf<PutInput>(call);
    checkPayload(call);
    bucketOf(call, parts.state());
    const document = checkedBucketPolicy(Policy, bucketArn(call, Bucket), parts.identities());
    const policy = bindPrincipals(document, parts.identities());
    await changeSettings(call, parts, (settings) => {
      if (settings.publicAccessBlock?.BlockPublicPolicy && isPublic(document)) throw blocked(call, Bucket);
      return { ...settings, policy };
    });
    // As recorded, whatever the model says.
    return { status: 204 };
  },
};

/** S3's words, quoted in many reports since 2024. */
function blocked(call: Call, bucket: string): AwsError {
  const { principal } = call;
  if (principal.kind === "anonymous") return new AwsError("AccessDenied", 403, "Access Denied");
  const reason = " because public policies are blocked by the BlockPublicPolicy block public access setting.";
  const denial = {
    principalArn: principal.arn,
    action: "s3:PutBucketPolicy",
    resource: bucketArn(call, bucket),
    reason,
  };
  return new AwsError("AccessDenied", 403, denialText(denial));
}

export const DeleteBucketPolicy: S3Operation = {
  permissions: (call, state) => [onPolicy(call, state, "s3:DeleteBucketPolicy")],
  async act(call, parts) {
    await changeSettings(call, parts, ({ policy: _, ...settings }) => settings);
    return {};
  },
};
