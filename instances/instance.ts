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

export interface Instance {
  /** The name in the configuration; of a template's instances `fleet-0`, `fleet-1`, … */
  readonly name: string;
  /** `i-` and 17 hex digits. */
  readonly instanceId: string;
  readonly accountId: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly instanceType: string;
  readonly architecture: string;
  readonly imageId: string;
  readonly amiLaunchIndex: number;
  readonly reservationId: string;
  readonly keyName?: string;
  /** `ssh-ed25519 AAAA… comment`, without a line end. */
  readonly publicKey?: string;
  readonly userData?: string;
  readonly securityGroups: readonly string[];
  readonly privateIpAddress: string;
  readonly publicIpAddress?: string;
  /** Lower-case, colon separated. */
  readonly macAddress: string;
  readonly interfaceId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  /** Epoch milliseconds. */
  readonly launchTime: number;
  readonly metadataOptions: MetadataOptions;
  readonly tags: ReadonlyMap<string, string>;
  readonly association?: ProfileAssociation;
}
