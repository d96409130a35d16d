// What holds for the account and its VPCs as a whole?
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html

import type { Call } from "../call.ts";
import { unknownVpc } from "./errors.ts";
import { networks } from "./networks.ts";
import { describes, type Ec2, type Ec2Operation, inputOf, reads } from "./operation.ts";

const describeAccountAttributes = describes((call, ec2) => {
  const { AttributeNames = [] } = inputOf<{ AttributeNames?: readonly string[] }>(call);
  const attributes: Readonly<Record<string, string>> = {
    "supported-platforms": "VPC",
    "default-vpc": networks(ec2).defaultVpcId,
    "max-instances": "1000",
    "vpc-max-security-groups-per-interface": "5",
    "max-elastic-ips": "5",
    "vpc-max-elastic-ips": "5",
  };
  const wanted = Object.entries(attributes).filter(
    ([name]) => AttributeNames.length === 0 || AttributeNames.includes(name),
  );
  return {
    AccountAttributes: wanted.map(([AttributeName, AttributeValue]) => ({
      AttributeName,
      AttributeValues: [{ AttributeValue }],
    })),
  };
});

const VPC_ATTRIBUTES: Readonly<Record<string, object>> = {
  enableDnsSupport: { EnableDnsSupport: { Value: true } },
  enableDnsHostnames: { EnableDnsHostnames: { Value: true } },
  enableNetworkAddressUsageMetrics: { EnableNetworkAddressUsageMetrics: { Value: false } },
};

interface VpcAttributeInput {
  readonly VpcId?: string;
  readonly Attribute?: string;
}

const onVpc = ({ partition, region, accountId, operation, input }: Call) => [
  { action: `ec2:${operation}`, resource: `arn:${partition}:ec2:${region}:${accountId}:vpc/${input.VpcId}` },
];

const demandVpc = (call: Call, ec2: Ec2): void => {
  const { VpcId = "" } = inputOf<VpcAttributeInput>(call);
  if (!networks(ec2).vpcs.has(VpcId)) throw unknownVpc(VpcId);
};

const describeVpcAttribute = reads(
  onVpc,
  (call) => {
    const { VpcId, Attribute = "" } = inputOf<VpcAttributeInput>(call);
    return { VpcId, ...VPC_ATTRIBUTES[Attribute] };
  },
  demandVpc,
);

export const accountOperations: Readonly<Record<string, Ec2Operation>> = {
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeVpcAttribute: describeVpcAttribute,
};
