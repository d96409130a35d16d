// Who does the instance say it is? The identity document, and the user data that stands beside it.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html

import { privateIpAddressOf } from "../../instances/instance.ts";
import { ec2Document } from "../document.ts";
import { isoSeconds } from "../timestamp.ts";
import type { Leaves, Look } from "./leaf.ts";

export const DYNAMIC_LEAVES: Leaves = {
  "dynamic/instance-identity/document": ["2009-04-04", identityDocument],
  // Listed also where there is none: a comment in https://github.com/jszwedko/ec2-metadatafs (metadatafs.go) tells of it.
  "user-data": [
    "1.0",
    ({ instance: { userData } }) =>
      userData === undefined ? null : { body: userData, contentType: "application/octet-stream" },
  ],
};

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
