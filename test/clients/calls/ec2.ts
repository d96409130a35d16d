// What are clients to ask of EC2? Every operation once, of one instance.

import type { Advance, Asked } from "./asked.ts";

const instance = { InstanceId: "$ID" };
const instances = { InstanceIds: ["$ID"] };
const its = (Name: string) => ({ Filters: [{ Name, Values: ["$ID"] }] });
const profile = (Name: string) => ({ IamInstanceProfile: { Name } });
const ImageId = "ami-0123456789abcdef0";

/** A type that alice may not have. */
export const DENIED = { ImageId, InstanceType: "p5.48xlarge", MinCount: 1, MaxCount: 1 };

export const EVERY: readonly (Asked | Advance)[] = [
  [
    "RunInstances",
    {
      ...{ ImageId, InstanceType: "t3.nano", MinCount: 1, MaxCount: 1, KeyName: "mine" },
      ...{ ...profile("first"), ClientToken: "once" },
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "web" }] }],
    },
    { ID: "Instances.0.InstanceId", VPC: "Instances.0.VpcId" },
  ],
  { advance: "10m" },
  ["DescribeInstances", instances],
  ["DescribeInstanceStatus", instances],
  ["DescribeInstanceAttribute", { ...instance, Attribute: "blockDeviceMapping" }],
  ["ModifyInstanceAttribute", { ...instance, SourceDestCheck: { Value: false } }],
  ["DescribeInstanceTypes", { InstanceTypes: ["t3.micro", "m7i.metal-24xl"] }],
  ["DescribeInstanceTypeOfferings", { LocationType: "region" }],
  ["DescribeInstanceCreditSpecifications", instances],
  [
    "DescribeIamInstanceProfileAssociations",
    its("instance-id"),
    { ASSOCIATION: "IamInstanceProfileAssociations.0.AssociationId" },
  ],
  [
    "ReplaceIamInstanceProfileAssociation",
    { AssociationId: "$ASSOCIATION", ...profile("second") },
    { ASSOCIATION: "IamInstanceProfileAssociation.AssociationId" },
  ],
  ["DisassociateIamInstanceProfile", { AssociationId: "$ASSOCIATION" }],
  { advance: "1m" },
  ["AssociateIamInstanceProfile", { ...instance, ...profile("first") }],
  ["ModifyInstanceMetadataOptions", { ...instance, HttpTokens: "optional", InstanceMetadataTags: "enabled" }],
  ["ModifyInstanceMetadataDefaults", { HttpTokens: "required", HttpPutResponseHopLimit: 3 }],
  ["GetInstanceMetadataDefaults", {}],
  ["CreateTags", { Resources: ["$ID"], Tags: [{ Key: "empty", Value: "" }] }],
  ["DescribeTags", its("resource-id")],
  ["DeleteTags", { Resources: ["$ID"], Tags: [{ Key: "empty" }] }],
  ["DescribeImages", { ImageIds: [ImageId] }],
  ["DescribeVolumes", its("attachment.instance-id")],
  ["DescribeVpcs", {}],
  ["DescribeVpcAttribute", { VpcId: "$VPC", Attribute: "enableDnsSupport" }],
  ["DescribeSubnets", { MaxResults: 5 }],
  ["DescribeSecurityGroups", {}],
  ["DescribeNetworkInterfaces", its("attachment.instance-id")],
  ["DescribeKeyPairs", {}],
  ["DescribeRegions", {}],
  ["DescribeAvailabilityZones", {}],
  ["DescribeAccountAttributes", {}],
  ["GetConsoleOutput", instance],
  ["GetInstanceUefiData", instance],
  ["RebootInstances", instances],
  ["StopInstances", instances],
  { advance: "5m" },
  ["DescribeInstances", instances],
  ["StartInstances", instances],
  { advance: "5m" },
  ["TerminateInstances", instances],
  ["DescribeInstances", instances],
];
