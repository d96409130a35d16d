// Which instances are there? The `instances` of the configuration, attributes named as in the EC2 API; with `count` one entry
// makes a template. What an entry leaves open is derived from its name.

import { z } from "zod";
import { strictMapping } from "../roles/configuration.ts";
import { parseListener } from "./address.ts";

const hexId = (prefix: string) => {
  const pattern = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  return z.string().regex(pattern, `must be ${prefix}- and 17 (or 8) hex digits`);
};

const onOff = z.enum(["enabled", "disabled"]);

const metadataOptions = strictMapping({
  httpTokens: z.enum(["optional", "required"]).exactOptional(),
  httpPutResponseHopLimit: z.int().min(1).max(64).exactOptional(),
  httpEndpoint: onOff.exactOptional(),
  httpProtocolIpv6: onOff.exactOptional(),
  instanceMetadataTags: onOff.exactOptional(),
});

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
const tags = z.record(
  z.string().min(1).max(128, "must not be longer than 128 characters"),
  z.string("must be a string; put it in quotes").max(256, "must not be longer than 256 characters"),
);

/** The keys of one entry; the root of the house adds those of other rooms (`rotation`). */
export const instanceShape = {
  count: z
    .int()
    .min(1)
    .max(16_777_216)
    .describe("Makes a template of so many instances: fleet-0, fleet-1, …; addresses count up")
    .exactOptional(),
  listen: z
    .string()
    .refine((text) => parseListener(text) !== undefined, "must be an address and a port such as 127.0.0.1:1338")
    .describe("A listener that means this instance")
    .exactOptional(),
  sourceAddress: z
    .union([z.ipv4(), z.ipv6()], "must be an IPv4 or IPv6 address")
    .describe("A source address that means this instance")
    .exactOptional(),
  instanceProfile: z.string().describe("The name of the instance profile attached from launch on").exactOptional(),
  launchTime: z.iso
    .datetime({ offset: true, error: "must be an instant such as 2026-11-24T00:00:00Z" })
    .describe("The start of the simulation unless given")
    .exactOptional(),
  instanceId: hexId("i").exactOptional(),
  instanceType: z
    .string()
    .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "must be a type such as t3.micro")
    .exactOptional(),
  architecture: z.enum(["x86_64", "arm64", "i386", "x86_64_mac", "arm64_mac"]).exactOptional(),
  imageId: hexId("ami").exactOptional(),
  reservationId: hexId("r").exactOptional(),
  availabilityZone: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "must be a zone such as us-east-1a")
    .exactOptional(),
  keyName: z.string().min(1).max(255).exactOptional(),
  publicKey: z
    .string()
    .regex(/^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( [^\r\n]*)?$/, "must be one line such as ssh-ed25519 AAAA… name")
    .describe("The key of keyName; derived from that name unless given")
    .exactOptional(),
  userData: z.string().max(16_384, "must not be longer than 16 KB").exactOptional(),
  securityGroups: z.array(z.string().min(1).max(255)).min(1).exactOptional(),
  privateIpAddress: z.ipv4("must be an IPv4 address").exactOptional(),
  publicIpAddress: z.ipv4("must be an IPv4 address").exactOptional(),
  macAddress: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, "must be six pairs of lower-case hex digits such as 0a:1b:2c:3d:4e:5f")
    .exactOptional(),
  interfaceId: hexId("eni").exactOptional(),
  subnetId: hexId("subnet").exactOptional(),
  vpcId: hexId("vpc").exactOptional(),
  metadataOptions: metadataOptions.exactOptional(),
  tags: tags.exactOptional(),
};

export type InstanceConfiguration = z.infer<z.ZodObject<typeof instanceShape>>;
export type InstancesConfiguration = Readonly<Record<string, InstanceConfiguration>>;
