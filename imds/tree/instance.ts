// What is this machine? The leaves that follow from the instance alone.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html

import { dnsSuffix, privateHostname, publicHostname } from "./hostname.ts";
import type { Leaves } from "./leaf.ts";

export const INSTANCE_LEAVES: Leaves = {
  "meta-data/ami-id": ["1.0", ({ instance }) => instance.imageId],
  "meta-data/ami-launch-index": ["1.0", ({ instance }) => String(instance.amiLaunchIndex)],
  // An EBS-backed image has no manifest.
  "meta-data/ami-manifest-path": ["1.0", () => "(unknown)"],
  // As Amazon Linux 2023 has them: its image names the root device without the directory.
  "meta-data/block-device-mapping/ami": ["2007-12-15", () => "xvda"],
  "meta-data/block-device-mapping/root": ["2007-12-15", () => "/dev/xvda"],
  "meta-data/events/maintenance/history": ["2018-08-17", () => "[]"],
  "meta-data/events/maintenance/scheduled": ["2018-08-17", () => "[]"],
  "meta-data/hostname": ["1.0", ({ instance }) => privateHostname(instance)],
  "meta-data/instance-action": ["2008-09-01", () => "none"],
  "meta-data/instance-id": ["1.0", ({ instance }) => instance.instanceId],
  "meta-data/instance-life-cycle": ["2019-10-01", () => "on-demand"],
  "meta-data/instance-type": ["2007-08-29", ({ instance }) => instance.instanceType],
  "meta-data/local-hostname": ["2007-01-19", ({ instance }) => privateHostname(instance)],
  "meta-data/local-ipv4": ["1.0", ({ instance }) => instance.privateIpAddress],
  "meta-data/mac": ["2011-01-01", ({ instance }) => instance.macAddress],
  "meta-data/metrics/vhostmd": ["2011-05-01", () => '<?xml version="1.0" encoding="UTF-8"?>'],
  "meta-data/placement/availability-zone": ["2008-02-01", ({ instance }) => instance.availabilityZone],
  "meta-data/placement/availability-zone-id": ["2019-10-01", ({ instance }) => instance.availabilityZoneId],
  "meta-data/placement/region": ["2019-10-01", ({ instance }) => instance.region],
  "meta-data/profile": ["2007-12-15", () => "default-hvm"],
  "meta-data/public-hostname": [
    "2007-01-19",
    ({ instance, identities }) => publicHostname(instance, identities.partition),
  ],
  "meta-data/public-ipv4": ["2007-01-19", ({ instance }) => instance.publicIpAddress],
  // The only document that ends its line.
  "meta-data/public-keys/0/openssh-key": ["1.0", ({ instance: { publicKey } }) => publicKey && `${publicKey}\n`],
  "meta-data/reservation-id": ["1.0", ({ instance }) => instance.reservationId],
  "meta-data/security-groups": ["1.0", ({ instance }) => instance.securityGroups.join("\n")],
  "meta-data/services/domain": ["2014-02-25", ({ identities }) => dnsSuffix(identities.partition)],
  "meta-data/services/partition": ["2015-10-20", ({ identities }) => identities.partition],
  // Every simulated instance is one of today's: what Xen ones answer no capture says.
  "meta-data/system": ["2022-09-24", () => "nitro"],
};
