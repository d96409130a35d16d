// Which machine is it? A simulated EC2 instance, its attributes named as in the EC2 API.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html */
export interface MetadataOptions {
  readonly httpTokens: "optional" | "required";
  readonly httpPutResponseHopLimit: number;
  readonly httpEndpoint: "enabled" | "disabled";
  readonly httpProtocolIpv6: "enabled" | "disabled";
  readonly instanceMetadataTags: "enabled" | "disabled";
}

/** An instance profile attached to an instance. */
export interface ProfileAssociation {
  /** `iip-assoc-` and 17 hex digits. */
  readonly associationId: string;
  readonly instanceProfileName: string;
  /** Epoch milliseconds. */
  readonly associatedAt: number;
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
  readonly targetLifecycleState?: string;
  readonly keyName?: string;
  /** `ssh-ed25519 AAAA… comment`, without a line end. */
  readonly publicKey?: string;
  readonly managedSshKeys: ManagedSshKeys;
  readonly userData?: string | Uint8Array;
  /** The primary one first. */
  readonly networkInterfaces: readonly [NetworkInterface, ...NetworkInterface[]];
  /** Epoch milliseconds. */
  readonly launchTime: number;
  readonly metadataOptions: MetadataOptions;
  readonly tags: ReadonlyMap<string, string>;
  readonly association?: ProfileAssociation;
  /** Path below the version → what stands there in any case, or null for nothing. Undefined without such wishes. */
  readonly metadata?: Readonly<Record<string, string | null>>;
}

/** The private address by which others know the machine: none in a subnet that has IPv6 alone. */
export const privateIpAddressOf = ({ networkInterfaces: [primary] }: Instance) => primary.privateIpAddresses[0];
