// How is a machine called in DNS? By its address or, where the subnet says so or has IPv6 alone, by its id.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html

import type { Instance, NetworkInterface } from "./instance.ts";

/** `ip-10-237-0-16.ec2.internal`; outside us-east-1 `ip-10-237-0-16.eu-west-1.compute.internal`; by id `i-….ec2.internal`. */
export function privateHostname(instance: Instance, { privateIpAddresses }: NetworkInterface): string {
  const { region, instanceId, hostnameType } = instance;
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  const [address] = privateIpAddresses;
  if (hostnameType === "resource-name" || address === undefined) return `${instanceId}.${domain}`;
  return `ip-${address.replaceAll(".", "-")}.${domain}`;
}

/** `ec2-203-0-113-25.compute-1.amazonaws.com`; undefined without a public address. */
export function publicHostname({ region }: Instance, connection: NetworkInterface, partition: string) {
  const [address] = connection.ipv4Associations.keys();
  if (address === undefined) return undefined;
  const domain = region === "us-east-1" ? "compute-1" : `${region}.compute`;
  return `ec2-${address.replaceAll(".", "-")}.${domain}.${dnsSuffix(partition)}`;
}

/** The domain of a partition's services: https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const dnsSuffix = (partition: string) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");
