// Which addresses does a program find in a network of its own, and where do they lead? What EC2 has at link-local addresses, and one
// more at which all AWS endpoints are.

import { isIPv6 } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import { METADATA_ADDRESSES } from "../link-local.ts";

/** What a relay leads to: endpoints that answer as one instance, those of AWS, and those of containers where there are such. */
export type Destination = "imds" | "aws" | "awsOverTls" | "ecs" | "eks";
export type Destinations = Readonly<Partial<Record<Destination, Endpoint>>>;

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

/** Those that lead somewhere; without IPv6 for an instance whose metadata service has none. */
export function placesOf({ ipv6, doors }: { readonly ipv6: boolean; readonly doors: Destinations }): readonly Place[] {
  return PLACES.filter(({ host, leadsTo }) => doors[leadsTo] !== undefined && (ipv6 || !isIPv6(host)));
}

export const addressesOf = (places: readonly Place[]): readonly string[] => [
  ...new Set([...places.map(({ host }) => host), RESOLVER_ADDRESS]),
];
