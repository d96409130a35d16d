// What must a caller be allowed who launches instances? ec2:RunInstances on everything that a launch makes or takes, the tags, and the role.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

import { securityGroupId } from "../../instances/network.ts";
import type { Call, Permission } from "../call.ts";
import type { Keys } from "../tag-keys.ts";
import { machineKeys, metadataOptionKeys, requestTagKeys, resourceTagKeys } from "./context.ts";
import type { LaunchPlan } from "./launch-plan.ts";
import type { Ec2 } from "./operation.ts";
import { passRole } from "./profile.ts";
import { tagsOfResource } from "./tags.ts";

const RUN = "ec2:RunInstances";

export function launchPermissions(call: Call, ec2: Ec2, plan: LaunchPlan): Permission[] {
  const { partition, region, accountId } = call;
  const arn = (resource: string, owner = accountId) => `arn:${partition}:ec2:${region}:${owner}:${resource}`;
  const place = { "ec2:Region": [region], "ec2:AvailabilityZone": [plan.subnet.zone.name] };
  const run = (resource: string, keys: Keys): Permission => ({ action: RUN, resource, context: { ...place, ...keys } });
  const existing = (type: string, id: string, keys: Keys) =>
    run(arn(`${type}/${id}`), { ...resourceTagKeys(tagsOfResource(ec2, id)), ...keys });
  const { subnet, securityGroups, input, imageId, tags } = plan;
  const vpc = { "ec2:Vpc": [arn(`vpc/${subnet.vpcId}`)] };
  return [
    run(arn("instance/*"), instanceKeys(call, plan)),
    // Images are nobody's in ARNs.
    run(arn(`image/${imageId}`, ""), {
      "ec2:ImageType": ["machine"],
      "ec2:Public": ["true"],
      "ec2:RootDeviceType": ["ebs"],
    }),
    existing("subnet", subnet.subnetId, { ...vpc, "ec2:SubnetID": [subnet.subnetId] }),
    run(arn("network-interface/*"), { ...vpc, ...requestTagKeys(tags["network-interface"] ?? {}) }),
    ...securityGroups.map((name) => {
      const id = securityGroupId(accountId, subnet.vpcId, name);
      return existing("security-group", id, { ...vpc, "ec2:SecurityGroupID": [id] });
    }),
    run(arn("volume/*"), volumeKeys(plan)),
    ...(input.KeyName === undefined ? [] : [run(arn(`key-pair/${input.KeyName}`), {})]),
    ...tagPermissions(plan, arn),
    ...(plan.profile ? passRole(call, ec2.identities, plan.profile) : []),
  ];
}

function instanceKeys({ region }: Call, plan: LaunchPlan): Keys {
  const { instanceType, subnet, input, metadataOptions, tags, profile } = plan;
  return {
    ...machineKeys({
      ...{ instanceType, region, availabilityZone: subnet.zone.name, availabilityZoneId: subnet.zone.id },
      isSpot: input.InstanceMarketOptions?.MarketType === "spot",
      isEbsOptimized: input.EbsOptimized ?? false,
    }),
    ...metadataOptionKeys(metadataOptions),
    ...requestTagKeys(tags.instance ?? {}),
    "ec2:IsLaunchTemplateResource": ["false"],
    ...(profile && { "ec2:InstanceProfile": [profile.arn], "ec2:NewInstanceProfile": [profile.arn] }),
  };
}

function volumeKeys({ volumeSettings, configuration, tags }: LaunchPlan): Keys {
  const {
    sizeGibibytes = 8,
    volumeType = "gp3",
    encrypted = false,
  } = volumeSettings[configuration.rootDeviceName ?? ""] ?? {};
  return {
    "ec2:VolumeSize": [String(sizeGibibytes)],
    "ec2:VolumeType": [volumeType],
    "ec2:Encrypted": [String(encrypted)],
    ...requestTagKeys(tags.volume ?? {}),
  };
}

/** Tags of a launch take the permission to make tags, which knows what they are made with. */
const tagPermissions = ({ tags }: LaunchPlan, arn: (resource: string) => string): Permission[] =>
  Object.entries(tags).map(([type, written]) => ({
    action: "ec2:CreateTags",
    resource: arn(`${type}/*`),
    context: { "ec2:CreateAction": ["RunInstances"], ...requestTagKeys(written) },
  }));
