// What do policies know of an EC2 resource? The condition keys that its actions add to those of every request.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

import { optionsOf, tagsOf } from "../../instances/actions/settings.ts";
import type { Instance, MetadataOptions } from "../../instances/instance.ts";
import { type Keys, requestTagKeys as requestTagKeysOf, resourceTagKeys as resourceTagKeysOf } from "../tag-keys.ts";
import { type Ec2, situationOf } from "./operation.ts";
import { profileOfInstance } from "./profile.ts";

type Tags = Readonly<Record<string, string>>;

export const resourceTagKeys = (tags: Tags): Keys => resourceTagKeysOf("ec2", Object.entries(tags));
export const requestTagKeys = (tags: Tags): Keys => requestTagKeysOf(Object.entries(tags));

export const metadataOptionKeys = (options: MetadataOptions): Keys => ({
  "ec2:MetadataHttpTokens": [options.httpTokens],
  "ec2:MetadataHttpEndpoint": [options.httpEndpoint],
  "ec2:MetadataHttpPutResponseHopLimit": [String(options.httpPutResponseHopLimit)],
  "ec2:InstanceMetadataTags": [options.instanceMetadataTags],
});

/** What is known of a machine before it has an id. */
export interface Machine {
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly region: string;
  readonly isSpot: boolean;
  readonly isEbsOptimized: boolean;
}

/** Those that were seen in decoded refusals of September 2026 (radkawar/stackd). */
export const machineKeys = (machine: Machine): Keys => ({
  "ec2:InstanceType": [machine.instanceType],
  "ec2:InstanceMarketType": [machine.isSpot ? "spot" : "on-demand"],
  "ec2:Tenancy": ["default"],
  "ec2:RootDeviceType": ["ebs"],
  "ec2:EbsOptimized": [String(machine.isEbsOptimized)],
  "ec2:AvailabilityZone": [machine.availabilityZone],
  "ec2:AvailabilityZoneId": [machine.availabilityZoneId],
  "ec2:Region": [machine.region],
  "ec2:InstanceAutoRecovery": ["default"],
  "ec2:InstanceBandwidthWeighting": ["default"],
});

export function contextOfInstance(ec2: Ec2, instance: Instance): Keys {
  const situation = situationOf(ec2, instance);
  const profile = profileOfInstance(ec2, instance);
  return {
    ...machineKeys({
      ...instance,
      isSpot: instance.instanceLifecycle === "spot",
      isEbsOptimized: instance.attributes.ebsOptimized,
    }),
    ...metadataOptionKeys(optionsOf(situation)),
    ...resourceTagKeys(tagsOf(situation)),
    "ec2:InstanceID": [instance.instanceId],
    ...(profile && { "ec2:InstanceProfile": [profile.arn] }),
  };
}
