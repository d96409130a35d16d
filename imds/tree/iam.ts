// What does an instance see of its role? The profile, the role's name and the credentials in force.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html

import type { Delivered } from "../../credential-rotator/rotator.ts";
import { ec2Document } from "../document.ts";
import { isoSeconds } from "../timestamp.ts";
import type { Document, Leaves, Look } from "./leaf.ts";

/** Without a profile, or with one that holds no role, nothing of `iam/` is there: both captured. */
export const IAM_LEAVES: Leaves = {
  "meta-data/identity-credentials/ec2/info": ["2018-03-28", identityInfo],
  "meta-data/identity-credentials/ec2/security-credentials/ec2-instance": [
    "2018-03-28",
    ({ rotator, instance, delivery, at }) => whenDelivered(rotator.identify(instance, delivery, at)),
  ],
  "meta-data/iam/info": ["2012-01-12", profileInfo],
  "meta-data/iam/security-credentials/{role}": ["2012-01-12", roleCredentials],
};

function profileInfo(look: Look): string | undefined {
  const report = look.rotator.profile(look.instance, look.at);
  if (report === undefined) return undefined;
  const { code, message, arn, id, lastUpdatedAt } = report;
  return ec2Document({
    Code: code,
    ...(message !== undefined && { Message: message }),
    LastUpdated: isoSeconds(lastTry(look) ?? lastUpdatedAt),
    ...(arn !== undefined && { InstanceProfileArn: arn }),
    ...(id !== undefined && { InstanceProfileId: id }),
  });
}

/** EC2 dates the profile by its association, but while it may not assume the role by its last try to (radkawar/stackd). */
function lastTry({ instance, delivery, at, rotator }: Look): number | undefined {
  const delivered = rotator.deliver(instance, delivery, at);
  if (delivered === undefined || delivered instanceof Promise) return undefined;
  return delivered.outcome === "failure" ? delivered.lastUpdatedAt : undefined;
}

function roleCredentials(look: Look): Document | undefined | Promise<Document | undefined> {
  return whenDelivered(look.rotator.deliver(look.instance, look.delivery, look.at));
}

const whenDelivered = (delivered: Delivered | undefined | Promise<Delivered | undefined>) =>
  delivered instanceof Promise ? delivered.then(documentOf) : documentOf(delivered);

/** The account, dated by the start of the machine; with `rotation: ec2` blurred, as captured of EC2. */
function identityInfo({ instance, rotator, at }: Look): string {
  return ec2Document({
    Code: "Success",
    LastUpdated: isoSeconds(rotator.identifiedAt(instance, at)),
    AccountId: instance.accountId,
  });
}

const written = new WeakMap<Delivered, Document>();

/** Written once a set: clients read it again and again. */
function documentOf(delivered: Delivered | undefined): Document | undefined {
  if (delivered === undefined) return undefined;
  const kept = written.get(delivered);
  if (kept !== undefined) return kept;
  const document = delivered.outcome === "success" ? credentialsDocument(delivered) : failureDocument(delivered);
  written.set(delivered, document);
  return document;
}

function credentialsDocument({ credentials, lastUpdatedAt, expiresAt }: Delivered & { outcome: "success" }): Document {
  const { accessKeyId, secretAccessKey, sessionToken, session } = credentials;
  return {
    body: ec2Document({
      Code: "Success",
      LastUpdated: isoSeconds(lastUpdatedAt),
      Type: "AWS-HMAC",
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: isoSeconds(expiresAt),
    }),
    // Captures of renewed credentials show that a renewal moves Last-Modified: it lies 6 h and some minutes before Expiration.
    lastModified: new Date(session?.issuedAt ?? lastUpdatedAt).toUTCString(),
    facts: { accessKeyId, keyIssuedAt: session?.issuedAt ?? lastUpdatedAt, keyExpiresAt: expiresAt },
  };
}

/** HTTP 200 all the same: https://github.com/aws/aws-cli/issues/2060. No key, no token and no expiry are in it. */
function failureDocument({ code, message, lastUpdatedAt }: Delivered & { outcome: "failure" }): Document {
  return {
    body: ec2Document({ Code: code, Message: message, LastUpdated: isoSeconds(lastUpdatedAt) }),
    facts: { errorCode: code, reason: message },
  };
}
