// Who does the instance say it is, and what proves it? The identity document and its signatures, and the user data beside them.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html

import { privateIpAddressOf } from "../../instances/instance.ts";
import type { IdentitySignature } from "../../signing/sign-identity.ts";
import { ec2Document } from "../document.ts";
import { isoSeconds } from "../timestamp.ts";
import type { Leaves, Look, ValueOf } from "./leaf.ts";

export const DYNAMIC_LEAVES: Leaves = {
  "dynamic/instance-identity/document": ["2009-04-04", identityDocument],
  "dynamic/instance-identity/pkcs7": ["2009-04-04", signed("pkcs7")],
  // No capture tells which version introduced it; one of 2018-09-24 has it. The whole directory is of 2009-04-04.
  "dynamic/instance-identity/rsa2048": ["2009-04-04", signed("rsa2048")],
  "dynamic/instance-identity/signature": ["2009-04-04", signed("signature")],
  // Listed also where there is none: a comment in https://github.com/jszwedko/ec2-metadatafs (metadatafs.go) tells of it.
  "user-data": [
    "1.0",
    ({ instance: { userData } }) =>
      userData === undefined ? null : { body: userData, contentType: "application/octet-stream" },
  ],
};

function signed(kind: IdentitySignature): ValueOf {
  return (look) => () => look.signIdentity(kind, identityDocument(look));
}

/** `version` is the version of the document's own format. */
function identityDocument({ instance }: Look): string {
  return ec2Document({
    accountId: instance.accountId,
    architecture: instance.architecture,
    availabilityZone: instance.availabilityZone,
    billingProducts: listOrNull(instance.billingProducts),
    devpayProductCodes: null,
    marketplaceProductCodes: listOrNull(instance.productCodes),
    imageId: instance.imageId,
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    kernelId: instance.kernelId ?? null,
    pendingTime: isoSeconds(instance.launchTime),
    privateIp: privateIpAddressOf(instance) ?? null,
    ramdiskId: instance.ramdiskId ?? null,
    region: instance.region,
    version: "2017-09-30",
  });
}

const listOrNull = (values: readonly string[]) => (values.length === 0 ? null : values);
