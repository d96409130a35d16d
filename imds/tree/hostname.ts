// How is a machine called in DNS? By its addresses, as EC2 names instances whose subnet uses IP names.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html

import type { Instance } from "../../instances/instance.ts";

/** `ip-10-237-0-16.ec2.internal`; outside us-east-1 `ip-10-237-0-16.eu-west-1.compute.internal`. */
export function privateHostname({ privateIpAddress, region }: Instance): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${privateIpAddress.replaceAll(".", "-")}.${domain}`;
}

/** `ec2-203-0-113-25.compute-1.amazonaws.com`; undefined without a public address. */
export function publicHostname({ publicIpAddress, region }: Instance, partition: string): string | undefined {
  if (publicIpAddress === undefined) return undefined;
  const domain = region === "us-east-1" ? "compute-1" : `${region}.compute`;
  return `ec2-${publicIpAddress.replaceAll(".", "-")}.${domain}.${dnsSuffix(partition)}`;
}

/** The domain of a partition's services: https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const dnsSuffix = (partition: string) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");
