// Which machine is it, at one instant? A simulated EC2 instance, its attributes named as in the EC2 API.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html

import type { MaintenanceEvent, SpotInterruption, TargetLifecycleState } from "./notices.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html */
export interface MetadataOptions {
  readonly httpTokens: "optional" | "required";
  readonly httpPutResponseHopLimit: number;
  readonly httpEndpoint: "enabled" | "disabled";
  readonly httpProtocolIpv6: "enabled" | "disabled";
  readonly instanceMetadataTags: "enabled" | "disabled";
}

/** With their codes in the EC2 API. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
export const POWER_STATES = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;
export type PowerState = keyof typeof POWER_STATES;

/** Whether the machine is on: from its start until it has stopped. Credentials are delivered to it for so long. */
export const isOn = (state: PowerState) => state !== "stopped" && state !== "terminated";

/** Whether it never comes back. */
export const isGone = (state: PowerState) => state === "shutting-down" || state === "terminated";

export const DELAYS = ["none", "ec2"] as const;
export type Delays = (typeof DELAYS)[number];

/** An instance profile attached to an instance. */
export interface ProfileAssociation {
  /** `iip-assoc-` and 17 hex digits. */
  readonly associationId: string;
  readonly instanceProfileName: string;
  /** `AIPA…` of the profile that is meant; undefined for the one of that name at the instant of the association. */
  readonly instanceProfileId?: string;
  /** Epoch milliseconds, as the next ones. */
  readonly associatedAt: number;
  /** Since when the machine gets credentials by it: the association, or its last start; Infinity before the first. */
  readonly deliveredFrom: number;
  /** Infinity while it lasts: it ends with a stop, too. */
  readonly deliveredUntil: number;
  /** How often the machine had been started again before that delivery: the keys of two runs in one second differ. */
  readonly restarts: number;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterface.html */
export interface NetworkInterface {
  readonly interfaceId: string;
  /** Lower-case, colon separated. */
  readonly macAddress: string;
  /** 0 for the primary one. */
  readonly deviceIndex: number;
  /** Undefined on instance types with one card. */
  readonly networkCardIndex?: number;
  /** The primary one first; none in a subnet that has IPv6 alone. */
  readonly privateIpAddresses: readonly string[];
  /** Public IPv4 address → the private one that it leads to. */
  readonly ipv4Associations: ReadonlyMap<string, string>;
  readonly ipv6Addresses: readonly string[];
  readonly ipv4Prefixes: readonly string[];
  readonly ipv6Prefixes: readonly string[];
  readonly securityGroups: readonly string[];
  readonly subnetId: string;
  readonly subnetIpv4CidrBlock?: string;
  readonly subnetIpv6CidrBlocks: readonly string[];
  readonly vpcId: string;
  readonly vpcIpv4CidrBlocks: readonly string[];
  readonly vpcIpv6CidrBlocks: readonly string[];
}

export interface BlockDeviceMapping {
  /** As given: `/dev/sdf` or `sdf`. */
  readonly deviceName: string;
  /** `ephemeral0` or `swap`; an EBS volume has none. */
  readonly virtualName?: string;
}

/** What EC2 Instance Connect has pushed. */
export interface ManagedSshKeys {
  readonly activeKeys?: Readonly<Record<string, string>>;
  readonly signerCert?: string;
  readonly signerOcsp?: Readonly<Record<string, string>>;
}

/** What the EC2 API alone shows: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html */
export interface InstanceAttributes {
  readonly disableApiStop: boolean;
  readonly disableApiTermination: boolean;
  readonly instanceInitiatedShutdownBehavior: "stop" | "terminate";
  readonly sourceDestCheck: boolean;
  readonly ebsOptimized: boolean;
}

/** An EBS volume as it was asked for; what is absent is as EC2 makes it. */
export interface VolumeSettings {
  readonly sizeGibibytes?: number;
  readonly volumeType?: string;
  readonly iops?: number;
  /** MiB in a second. */
  readonly throughput?: number;
  readonly encrypted?: boolean;
  readonly deleteOnTermination?: boolean;
  readonly snapshotId?: string;
}

export interface Instance {
  /** The name in the configuration; of a template's instances `fleet-0`, `fleet-1`, … */
  readonly name: string;
  /** `i-` and 17 hex digits. */
  readonly instanceId: string;
  readonly accountId: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly placement: { readonly groupName?: string; readonly hostId?: string; readonly partitionNumber?: number };
  readonly instanceType: string;
  readonly architecture: string;
  readonly instanceLifecycle: "on-demand" | "spot" | "scheduled" | "capacity-block";
  readonly hypervisor: "nitro" | "xen";
  readonly imageId: string;
  readonly ancestorAmiIds: readonly string[];
  readonly kernelId?: string;
  readonly ramdiskId?: string;
  readonly productCodes: readonly string[];
  readonly billingProducts: readonly string[];
  readonly amiLaunchIndex: number;
  readonly reservationId: string;
  readonly rootDeviceName: string;
  readonly blockDeviceMappings: readonly BlockDeviceMapping[];
  /** Undefined where hibernation was no choice at launch. */
  readonly hibernationConfigured?: boolean;
  readonly hostnameType: "ip-name" | "resource-name";
  readonly targetLifecycleState: TargetLifecycleState | null;
  /** From the notice on. */
  readonly spotInterruption?: SpotInterruption;
  /** The instant of the notice, from then on. */
  readonly rebalanceRecommendedAt?: number;
  readonly maintenance: readonly MaintenanceEvent[];
  readonly keyName?: string;
  /** `ssh-ed25519 AAAA… comment`, without a line end. */
  readonly publicKey?: string;
  readonly managedSshKeys: ManagedSshKeys;
  readonly userData?: string | Uint8Array;
  /** The primary one first. */
  readonly networkInterfaces: readonly [NetworkInterface, ...NetworkInterface[]];
  /** By device name, where they were described at the launch. */
  readonly volumeSettings: Readonly<Record<string, VolumeSettings>>;
  readonly attributes: InstanceAttributes;
  /** What RunInstances was given, so that a second one is known for the same. */
  readonly clientToken?: string;
  readonly state: PowerState;
  /** Epoch milliseconds. */
  readonly stateSince: number;
  /** When it was launched first; epoch milliseconds. */
  readonly createdAt: number;
  /** Of the last start; epoch milliseconds. */
  readonly launchTime: number;
  /** How often it was started again. */
  readonly restarts: number;
  readonly metadataOptions: MetadataOptions;
  /** Whether changes are seen after the time that they take on EC2. */
  readonly delays: Delays;
  readonly tags: ReadonlyMap<string, string>;
  readonly association: ProfileAssociation | undefined;
  /** Oldest first: those before, whose credentials live on until they expire, and what is decided and not yet seen. */
  readonly otherAssociations: readonly ProfileAssociation[];
  /** Path below the version → what stands there in any case, or null for nothing. Undefined without such wishes. */
  readonly metadata?: Readonly<Record<string, string | null>>;
}

/** The private address by which others know the machine: none in a subnet that has IPv6 alone. */
export const privateIpAddressOf = ({ networkInterfaces: [primary] }: Instance) => primary.privateIpAddresses[0];
