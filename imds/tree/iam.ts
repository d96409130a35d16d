// What does an instance see of its role? The profile, the role's name and the credentials in force.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html

import type { Delivered } from "../../credential-rotator/rotator.ts";
import type { TemporaryCredentials } from "../../signing/session.ts";
import { ec2Document } from "../document.ts";
import { isoSeconds } from "../timestamp.ts";
import type { Document, Leaves, Look } from "./leaf.ts";

/** Without a profile, or with one that holds no role, nothing of `iam/` is there: both captured. */
export const IAM_LEAVES: Leaves = {
  "meta-data/iam/info": ["2012-01-12", profileInfo],
  "meta-data/iam/security-credentials/{role}": ["2012-01-12", roleCredentials],
};

/** `LastUpdated` is exactly the association's instant. */
function profileInfo({ instance, identities, rotator }: Look): string | undefined {
  const profile = identities.instanceProfiles.get(instance.association?.instanceProfileName ?? "");
  if (!instance.association || !profile || rotator.roleName(instance) === undefined) return undefined;
  return ec2Document({
    Code: "Success",
    LastUpdated: isoSeconds(instance.association.associatedAt),
    InstanceProfileArn: profile.arn,
    InstanceProfileId: profile.id,
  });
}

function roleCredentials({
  instance,
  delivery,
  at,
  rotator,
}: Look): Document | undefined | Promise<Document | undefined> {
  const delivered = rotator.deliver(instance, delivery, at);
  return delivered instanceof Promise ? delivered.then(deliveredDocument) : deliveredDocument(delivered);
}

function deliveredDocument(delivered: Delivered | undefined): Document | undefined {
  if (delivered === undefined) return undefined;
  return delivered.outcome === "success" ? credentialsDocument(delivered) : failureDocument(delivered);
}

const written = new WeakMap<TemporaryCredentials, Document>();

/** Written once a set: a client may read it as often as it likes. */
function credentialsDocument(delivered: Delivered & { outcome: "success" }): Document {
  const { credentials } = delivered;
  const kept = written.get(credentials);
  if (kept) return kept;
  const { accessKeyId, secretAccessKey, sessionToken, session } = credentials;
  const document = {
    text: ec2Document({
      Code: "Success",
      LastUpdated: isoSeconds(delivered.lastUpdatedAt),
      Type: "AWS-HMAC",
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: isoSeconds(delivered.expiresAt),
    }),
    // Captures of renewed credentials show that a renewal moves Last-Modified: it lies 6 h and some minutes before Expiration.
    lastModified: new Date(session.issuedAt).toUTCString(),
    facts: { accessKeyId },
  };
  written.set(credentials, document);
  return document;
}

/** HTTP 200 all the same: https://github.com/aws/aws-cli/issues/2060. No key, no token and no expiry are in it. */
function failureDocument({ code, message, lastUpdatedAt }: Delivered & { outcome: "failure" }): Document {
  return {
    text: ec2Document({ Code: code, Message: message, LastUpdated: isoSeconds(lastUpdatedAt) }),
    facts: { errorCode: code, reason: message },
  };
}
