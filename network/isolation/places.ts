// Which addresses does a program find in a network of its own, and where do they lead? What EC2 has at link-local addresses, and one
// more at which all AWS endpoints are.

import { isIPv6 } from "node:net";
import { METADATA_ADDRESSES } from "../link-local.ts";

/** What a relay leads to: endpoints that answer as one instance, those of AWS, and those of containers. */
export type Destination = "imds" | "aws" | "awsOverTls" | "ecs" | "eks";

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly leadsTo: Destination;
}

/** Where names under AWS's domains lead: reserved for documentation (RFC 5737), so nobody's. */
export const AWS_ADDRESS = "192.0.2.1";

/** The resolver has EC2's own address: https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
export const RESOLVER_ADDRESS = "169.254.169.253";

const PLACES: readonly Place[] = [
  { host: METADATA_ADDRESSES.ipv4, port: 80, leadsTo: "imds" },
  { host: METADATA_ADDRESSES.ipv6, port: 80, leadsTo: "imds" },
  { host: AWS_ADDRESS, port: 80, leadsTo: "aws" },
  { host: AWS_ADDRESS, port: 443, leadsTo: "awsOverTls" },
  { host: "169.254.170.2", port: 80, leadsTo: "ecs" },
  { host: "169.254.170.23", port: 80, leadsTo: "eks" },
  { host: "fd00:ec2::23", port: 80, leadsTo: "eks" },
];

/** The endpoints of containers on ECS and EKS: held in any case, so that nothing else has them. */
const CONTAINER_ADDRESSES = PLACES.filter(({ leadsTo }) => leadsTo === "ecs" || leadsTo === "eks").map(
  ({ host }) => host,
);

interface Wanted {
  /** Without it for an instance whose metadata service has none. */
  readonly ipv6: boolean;
  /** Where the endpoints lead that there are. */
  readonly doors: Readonly<Partial<Record<Destination, unknown>>>;
}

export function placesOf({ ipv6, doors }: Wanted): readonly Place[] {
  return PLACES.filter(({ host, leadsTo }) => (ipv6 || !isIPv6(host)) && doors[leadsTo] !== undefined);
}

export function addressesOf(places: readonly Place[]): readonly string[] {
  const withIpv6 = places.some(({ host }) => isIPv6(host));
  const others = [RESOLVER_ADDRESS, ...CONTAINER_ADDRESSES.filter((address) => withIpv6 || !isIPv6(address))];
  return [...new Set([...places.map(({ host }) => host), ...others])];
}
