// What is this machine? The leaves that follow from the instance alone.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
// Where AWS documents a version that no instance lists, the leaf is there from the listed one before it: so were region and
// identity-credentials in captures of radkawar/stackd.

import { dnsSuffix, privateHostname, publicHostname } from "../../instances/hostname.ts";
import type { Instance } from "../../instances/instance.ts";
import { type Leaves, lines } from "./leaf.ts";

const primaryOf = ({ networkInterfaces: [primary] }: Instance) => primary;

export const INSTANCE_LEAVES: Leaves = {
  "meta-data/ami-id": ["1.0", ({ instance }) => instance.imageId],
  "meta-data/ami-launch-index": ["1.0", ({ instance }) => String(instance.amiLaunchIndex)],
  // An EBS-backed image has no manifest.
  "meta-data/ami-manifest-path": ["1.0", () => "(unknown)"],
  "meta-data/ancestor-ami-ids": ["2007-10-10", ({ instance }) => lines(instance.ancestorAmiIds)],
  "meta-data/hibernation/configured": ["2018-09-24", ({ instance }) => instance.hibernationConfigured?.toString()],
  "meta-data/hostname": ["1.0", ({ instance }) => privateHostname(instance, primaryOf(instance))],
  "meta-data/instance-action": ["2008-09-01", () => "none"],
  "meta-data/instance-id": ["1.0", ({ instance }) => instance.instanceId],
  "meta-data/instance-life-cycle": ["2019-10-01", ({ instance }) => instance.instanceLifecycle],
  "meta-data/instance-type": ["2007-08-29", ({ instance }) => instance.instanceType],
  "meta-data/ipv6": ["2021-01-03", ({ instance }) => primaryOf(instance).ipv6Addresses[0]],
  "meta-data/kernel-id": ["2008-02-01", ({ instance }) => instance.kernelId],
  "meta-data/local-hostname": ["2007-01-19", ({ instance }) => privateHostname(instance, primaryOf(instance))],
  "meta-data/local-ipv4": ["1.0", ({ instance }) => primaryOf(instance).privateIpAddresses[0]],
  "meta-data/mac": ["2011-01-01", ({ instance }) => primaryOf(instance).macAddress],
  "meta-data/managed-ssh-keys/active-keys/{user}": [
    "2018-09-24",
    ({ instance }, user) => instance.managedSshKeys.activeKeys?.[user],
  ],
  "meta-data/managed-ssh-keys/signer-cert": ["2018-09-24", ({ instance }) => instance.managedSshKeys.signerCert],
  "meta-data/managed-ssh-keys/signer-ocsp/{certificate}": [
    "2018-09-24",
    ({ instance }, certificate) => instance.managedSshKeys.signerOcsp?.[certificate],
  ],
  "meta-data/metrics/vhostmd": ["2011-05-01", () => '<?xml version="1.0" encoding="UTF-8"?>'],
  "meta-data/placement/availability-zone": ["2008-02-01", ({ instance }) => instance.availabilityZone],
  "meta-data/placement/availability-zone-id": ["2019-10-01", ({ instance }) => instance.availabilityZoneId],
  "meta-data/placement/group-name": ["2019-10-01", ({ instance }) => instance.placement.groupName],
  "meta-data/placement/host-id": ["2019-10-01", ({ instance }) => instance.placement.hostId],
  "meta-data/placement/partition-number": [
    "2019-10-01",
    ({ instance }) => instance.placement.partitionNumber?.toString(),
  ],
  "meta-data/placement/region": ["2019-10-01", ({ instance }) => instance.region],
  "meta-data/product-codes": ["2007-03-01", ({ instance }) => lines(instance.productCodes)],
  "meta-data/profile": ["2007-12-15", () => "default-hvm"],
  "meta-data/public-hostname": [
    "2007-01-19",
    ({ instance, identities }) => publicHostname(instance, primaryOf(instance), identities.partition),
  ],
  "meta-data/public-ipv4": ["2007-01-19", ({ instance }) => primaryOf(instance).ipv4Associations.keys().next().value],
  // The only document that ends its line.
  "meta-data/public-keys/0/openssh-key": ["1.0", ({ instance: { publicKey } }) => publicKey && `${publicKey}\n`],
  "meta-data/ramdisk-id": ["2007-10-10", ({ instance }) => instance.ramdiskId],
  "meta-data/reservation-id": ["1.0", ({ instance }) => instance.reservationId],
  "meta-data/security-groups": ["1.0", ({ instance }) => lines(primaryOf(instance).securityGroups)],
  "meta-data/services/domain": ["2014-02-25", ({ identities }) => dnsSuffix(identities.partition)],
  "meta-data/services/partition": ["2015-10-20", ({ identities }) => identities.partition],
  // What Xen instances answer no capture says.
  "meta-data/system": ["2022-09-24", ({ instance }) => instance.hypervisor],
};
