// Which regions are there? Those that every account has in its partition, and its own.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html

const CHINA = ["cn-north-1", "cn-northwest-1"];
const GOVERNMENT = ["us-gov-east-1", "us-gov-west-1"];

const COMMERCIAL = [
  ...["ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"],
  ...["ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"],
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
];

/** The regions that are seen from that one, sorted. */
export function regionsOf(region: string): string[] {
  const all = region.startsWith("cn-") ? CHINA : region.startsWith("us-gov-") ? GOVERNMENT : COMMERCIAL;
  return [...new Set([...all, region])].sort();
}
