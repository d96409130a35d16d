// What else is a bucket set to? Reads of what cannot be set here: they answer as for a bucket that nobody has changed, because
// infrastructure tools read all of it. Codes and texts are recorded by LocalStack (tests/aws/services/s3).

import { AwsError, type Call, type Members } from "../call.ts";
import {
  bucketOf,
  existingTags,
  inputOf,
  type ObjectInput,
  objectOf,
  onBucket,
  onObject,
  type S3Operation,
} from "./operation.ts";
import { ownerOf } from "./owner.ts";

type Answer = (call: Call) => Members;

const reads = (action: string, answer: Answer): S3Operation => ({
  permissions: (call, state) => [onBucket(call, state, action)],
  act(call, parts) {
    bucketOf(call, parts.state());
    return { output: answer(call) };
  },
});

/** A read of what a bucket does not have. */
const finds =
  (code: string, message: string): Answer =>
  ({ input }) => {
    throw new AwsError(code, 404, message, { BucketName: String(input.Bucket) });
  };

/** Access control lists are disabled, so that the owner has all of it. */
const ownersAcl: Answer = (call) => {
  const Owner = { ID: ownerOf(call) };
  return { Owner, Grants: [{ Grantee: { ...Owner, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }] };
};

const ENCRYPTION = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false };

/** Each with the action that it takes. */
export const settingsReads: Readonly<Record<string, S3Operation>> = {
  GetBucketAccelerateConfiguration: reads("s3:GetAccelerateConfiguration", () => ({})),
  GetBucketAcl: reads("s3:GetBucketAcl", ownersAcl),
  GetBucketCors: reads("s3:GetBucketCORS", finds("NoSuchCORSConfiguration", "The CORS configuration does not exist")),
  GetBucketEncryption: reads("s3:GetEncryptionConfiguration", () => ({
    ServerSideEncryptionConfiguration: { Rules: [ENCRYPTION] },
  })),
  GetBucketLifecycleConfiguration: reads(
    "s3:GetLifecycleConfiguration",
    finds("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
  ),
  GetBucketLogging: reads("s3:GetBucketLogging", () => ({})),
  GetBucketNotificationConfiguration: reads("s3:GetBucketNotification", () => ({})),
  GetBucketOwnershipControls: reads("s3:GetBucketOwnershipControls", () => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
  })),
  GetBucketReplication: reads(
    "s3:GetReplicationConfiguration",
    finds("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
  ),
  GetBucketRequestPayment: reads("s3:GetBucketRequestPayment", () => ({ Payer: "BucketOwner" })),
  GetBucketVersioning: reads("s3:GetBucketVersioning", () => ({})),
  GetBucketWebsite: reads(
    "s3:GetBucketWebsite",
    finds("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
  ),
  GetObjectAcl: {
    permissions: (call, state) => {
      const { VersionId } = inputOf<ObjectInput>(call);
      const action = VersionId === undefined ? "s3:GetObjectAcl" : "s3:GetObjectVersionAcl";
      const existing = existingTags(state, inputOf<ObjectInput>(call));
      return [onObject(call, state, action, { ...existing, "s3:versionid": VersionId })];
    },
    act(call, parts) {
      objectOf(call, parts.state());
      return { output: ownersAcl(call) };
    },
  },
  GetObjectLockConfiguration: reads(
    "s3:GetBucketObjectLockConfiguration",
    finds("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"),
  ),
};
