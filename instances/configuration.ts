// Which instances are there? The `instances` of the configuration, attributes named as in the EC2 API; with `count` one entry
// makes a template. What an entry leaves open is derived from its name.

import { z } from "zod";
import { strictMapping } from "../roles/configuration.ts";
import { parseListener } from "./address.ts";
import { furtherInterface, hexId, interfaceShape } from "./configuration-network.ts";
import { DELAYS } from "./instance.ts";
import { TARGET_LIFECYCLE_STATES } from "./notices.ts";

const onOff = z.enum(["enabled", "disabled"]);

export const metadataOptions = strictMapping({
  httpTokens: z.enum(["optional", "required"]).exactOptional(),
  httpPutResponseHopLimit: z.int().min(1).max(64).exactOptional(),
  httpEndpoint: onOff.exactOptional(),
  httpProtocolIpv6: onOff.exactOptional(),
  instanceMetadataTags: onOff.exactOptional(),
});

/** What ModifyInstanceAttribute can change, named as there. */
export const modifiedAttributes = strictMapping({
  disableApiStop: z.boolean().describe("true or false: whether the EC2 API refuses to stop it").exactOptional(),
  disableApiTermination: z.boolean().describe("the same of terminating it").exactOptional(),
  instanceInitiatedShutdownBehavior: z.enum(["stop", "terminate"]).exactOptional(),
  sourceDestCheck: z.boolean().describe("true or false").exactOptional(),
  ebsOptimized: z.boolean().describe("true or false").exactOptional(),
  instanceType: z.string().exactOptional(),
  userData: z.base64("must be base64").describe("in base64").exactOptional(),
  securityGroups: z.array(z.string().min(1).max(255)).min(1).describe("names; all of them anew").exactOptional(),
});

export const tagKey = z.string().min(1).max(128, "must not be longer than 128 characters");
export const tagValue = z
  .string("must be a string; put it in quotes")
  .max(256, "must not be longer than 256 characters");

export const delays = z
  .enum(DELAYS)
  .describe("ec2: changes are seen after seconds, and those in IAM at the next renewal, as on EC2; none is usual");

const blockDeviceMapping = strictMapping({
  deviceName: z.string().regex(/^(\/dev\/)?[a-z0-9]+$/, "must be a device such as /dev/sdf"),
  virtualName: z
    .string()
    .regex(/^(ephemeral\d{1,2}|swap)$/, "must be ephemeral0, ephemeral1, … or swap")
    .describe("An instance store volume or the swap device; an EBS volume unless given")
    .exactOptional(),
});

const placement = strictMapping({
  groupName: z.string().min(1).max(255).exactOptional(),
  hostId: hexId("h").exactOptional(),
  partitionNumber: z.int().min(1).max(7).exactOptional(),
});

const managedSshKeys = strictMapping({
  activeKeys: z.record(z.string().min(1).max(32), z.string()).describe("By operating system user").exactOptional(),
  signerCert: z.string().exactOptional(),
  signerOcsp: z.record(z.string().min(1), z.string()).exactOptional(),
});

const metadataPath = z
  .string()
  .regex(
    /^(meta-data|dynamic)(\/[^/\s]+)+$/,
    "must be a path below the version such as meta-data/ami-manifest-path, without a slash at its end",
  );

const productCodes = z.array(z.string().regex(/^[a-z0-9-]+$/i, "must be letters, digits and hyphens")).min(1);

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
  instanceLifecycle: z.enum(["on-demand", "spot", "scheduled", "capacity-block"]).exactOptional(),
  hypervisor: z.enum(["nitro", "xen"]).exactOptional(),
  imageId: hexId("ami").exactOptional(),
  ancestorAmiIds: z.array(hexId("ami")).min(1).exactOptional(),
  kernelId: hexId("aki").exactOptional(),
  ramdiskId: hexId("ari").exactOptional(),
  productCodes: productCodes.describe("Marketplace product codes").exactOptional(),
  billingProducts: productCodes.exactOptional(),
  amiLaunchIndex: z.int().min(0).exactOptional(),
  reservationId: hexId("r").exactOptional(),
  availabilityZone: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "must be a zone such as us-east-1a")
    .exactOptional(),
  placement: placement.exactOptional(),
  rootDeviceName: z
    .string()
    .regex(/^\/dev\/[a-z0-9]+$/, "must be a device such as /dev/xvda")
    .exactOptional(),
  blockDeviceMappings: z.array(blockDeviceMapping).describe("The volumes beside the root device").exactOptional(),
  hibernationConfigured: z.boolean().exactOptional(),
  hostnameType: z
    .enum(["ip-name", "resource-name"])
    .describe("Whether the hostname is made of the address or of the instance id")
    .exactOptional(),
  targetLifecycleState: z
    .enum(TARGET_LIFECYCLE_STATES)
    .describe("Of an instance in an Auto Scaling group")
    .exactOptional(),
  keyName: z.string().min(1).max(255).exactOptional(),
  publicKey: z
    .string()
    .regex(/^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( [^\r\n]*)?$/, "must be one line such as ssh-ed25519 AAAA… name")
    .describe("The key of keyName; derived from that name unless given")
    .exactOptional(),
  managedSshKeys: managedSshKeys.describe("What EC2 Instance Connect has pushed").exactOptional(),
  userData: z.string().max(16_384, "must not be longer than 16 KB").exactOptional(),
  userDataBase64: z
    .base64("must be base64")
    .max(21_848, "must not be longer than 16 KB")
    .describe("User data that are no text")
    .exactOptional(),
  ...interfaceShape,
  networkInterfaces: z
    .array(furtherInterface)
    .max(63)
    .describe("The interfaces beside the primary one, which the keys of the instance itself describe")
    .exactOptional(),
  metadataOptions: metadataOptions.exactOptional(),
  delays: delays.exactOptional(),
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
  tags: z.record(tagKey, tagValue).exactOptional(),
  metadata: z
    .record(metadataPath, z.string().nullable())
    .describe("Paths below the version, added or put in the place of what is there; null takes one away")
    .exactOptional(),
};

/** Whom a caller is taken for that no listener and no source address means: see lookup.ts. */
export const unknownCallerSchema = z
  .string()
  .describe("An unknown caller: refuse, or an instance's name; the only instance where there is just one unless given");

export type InstanceConfiguration = z.infer<z.ZodObject<typeof instanceShape>>;
export type InstancesConfiguration = Readonly<Record<string, InstanceConfiguration>>;
