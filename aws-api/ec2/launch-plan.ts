// What is to be launched? A call of RunInstances, checked, as the instances' room has it: all but ids and addresses.

import type { InstanceConfiguration } from "../../instances/configuration.ts";
import { entryFault } from "../../instances/consistency.ts";
import { imagesOf } from "../../instances/images.ts";
import type { MetadataOptions, VolumeSettings } from "../../instances/instance.ts";
import { instanceTypeFacts } from "../../instances/instance-types.ts";
import type { Subnet } from "../../instances/networks.ts";
import type { InstanceProfile } from "../../roles/model.ts";
import { AwsError, type Call } from "../call.ts";
import {
  invalidImageId,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  unknownInterface,
  unsupportedOperation,
} from "./errors.ts";
import { demandInstanceType } from "./instance-types.ts";
import type { RunInput, WrittenInterface, WrittenMapping } from "./launch-input.ts";
import { optionsOfLaunch } from "./metadata-options.ts";
import { demandGroupNames, groupNamesOf, subnetOfId, subnetOfZone } from "./networks.ts";
import { type Ec2, inputOf } from "./operation.ts";
import { profileMeant } from "./profile.ts";
import { demandTags, type Tags } from "./tags.ts";

export interface LaunchPlan {
  readonly input: RunInput;
  readonly instanceType: string;
  readonly imageId: string;
  readonly profile: InstanceProfile | undefined;
  readonly subnet: Subnet;
  readonly securityGroups: readonly string[];
  /** The one that is wished for. */
  readonly privateIpAddress: string | undefined;
  readonly isPublic: boolean;
  readonly metadataOptions: MetadataOptions;
  /** By the type of resource. */
  readonly tags: Readonly<Record<string, Tags>>;
  readonly volumeSettings: Readonly<Record<string, VolumeSettings>>;
  readonly configuration: InstanceConfiguration;
}

const DEFAULT_INSTANCE_TYPE = "t3.micro";
const MOST_AT_ONCE = 1000;
const USER_DATA_LIMIT_BYTES = 16_384;

/** @throws AwsError for what no launch can have */
export function planOf(call: Call, ec2: Ec2): LaunchPlan {
  const input = inputOf<RunInput>(call);
  demandCounts(input);
  demandIndexes(input);
  const { instanceType = DEFAULT_INSTANCE_TYPE, imageId, rootDeviceName } = machineOf(input, ec2);
  const primary = primaryOf(input);
  const subnet = subnetOf(input, primary, ec2);
  const securityGroups = groupsOf(input, primary, subnet, ec2);
  const tags = tagsOf(input);
  const ownTags = tags.instance ?? {};
  const metadataOptions = optionsOfLaunch(ec2.state, input.MetadataOptions ?? {}, ownTags);
  const { mappings, volumeSettings } = volumesOf(input.BlockDeviceMappings ?? [], rootDeviceName);
  const configuration = {
    ...{ instanceType, imageId, rootDeviceName, metadataOptions, tags: ownTags, blockDeviceMappings: mappings },
    ...keysOf(input),
    ...placementOf(input, subnet),
    ...connectionOf(primary, subnet, securityGroups, input),
    networkInterfaces: furtherOf(input, ec2),
  };
  const privateIpAddress = wantedAddressOf(input);
  demandConfiguration({ ...configuration, ...(privateIpAddress !== undefined && { privateIpAddress }) });
  return {
    ...{ input, instanceType, imageId, subnet, securityGroups, metadataOptions, tags, volumeSettings, configuration },
    ...{ privateIpAddress, isPublic: primary.AssociatePublicIpAddress === true },
    profile: input.IamInstanceProfile && profileMeant(ec2.identities, input.IamInstanceProfile),
  };
}

/** What no configuration may say, no launch may either. The text is a guess. */
function demandConfiguration(configuration: InstanceConfiguration): void {
  const fault = entryFault("i", configuration);
  if (fault) throw invalidParameterValue(`Value for parameter ${fault.path.join(".")} is invalid: ${fault.message}`);
}

const primaryOf = ({ NetworkInterfaces }: RunInput): WrittenInterface =>
  NetworkInterfaces?.find(({ DeviceIndex = 0 }) => DeviceIndex === 0) ?? {};

function wantedAddressOf(input: RunInput): string | undefined {
  const { PrivateIpAddress, PrivateIpAddresses } = primaryOf(input);
  return (
    input.PrivateIpAddress ?? PrivateIpAddress ?? PrivateIpAddresses?.find(({ Primary }) => Primary)?.PrivateIpAddress
  );
}

/** The texts are those of reports; which code goes with the second, none says. */
function demandIndexes({ NetworkInterfaces = [] }: RunInput): void {
  const indexes = NetworkInterfaces.map(({ DeviceIndex = 0 }) => DeviceIndex);
  if (new Set(indexes).size < indexes.length) {
    throw invalidParameterValue("Each network interface requires a unique device index.");
  }
  if (indexes.length > 0 && !indexes.includes(0)) {
    throw invalidParameterValue("A network interface with a device index of 0 is required.");
  }
}

/** The texts of counts are guesses; that of the limit is as EC2 said it before limits counted processors. */
function demandCounts({ MinCount, MaxCount }: RunInput): void {
  for (const [name, count] of Object.entries({ minCount: MinCount, maxCount: MaxCount })) {
    if (count < 1)
      throw invalidParameterValue(`Value (${count}) for parameter ${name} is invalid. Must be at least 1.`);
  }
  if (MinCount > MaxCount) {
    throw invalidParameterCombination(`minCount (${MinCount}) must be less than or equal to maxCount (${MaxCount}).`);
  }
  if (MinCount > MOST_AT_ONCE) {
    throw new AwsError(
      "InstanceLimitExceeded",
      400,
      `You have requested more instances (${MinCount}) than your current instance limit of ${MOST_AT_ONCE} allows for the specified instance type.`,
    );
  }
}

/** As many as there may be at once, at least so many as the call wants. */
export const countOf = ({ MaxCount }: RunInput) => Math.min(MaxCount, MOST_AT_ONCE);

function machineOf({ ImageId, InstanceType: instanceType, LaunchTemplate }: RunInput, { state: { region } }: Ec2) {
  if (LaunchTemplate) throw unsupportedOperation("Mayfly has no launch templates");
  if (ImageId === undefined) throw missingParameter("ImageId");
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(ImageId)) throw invalidImageId(ImageId);
  if (instanceType !== undefined) demandInstanceType(instanceType);
  const image = imagesOf(region).find(({ imageId }) => imageId === ImageId);
  const { architecture } = instanceTypeFacts(instanceType ?? DEFAULT_INSTANCE_TYPE);
  if (image && image.architecture !== architecture) throw otherArchitecture(architecture, image.architecture);
  return { instanceType, imageId: ImageId, rootDeviceName: image?.rootDeviceName ?? "/dev/xvda" };
}

const otherArchitecture = (ofType: string, ofImage: string) =>
  invalidParameterValue(
    `The architecture '${ofType}' of the specified instance type does not match the architecture '${ofImage}' of the specified ` +
      "AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use " +
      "'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.",
  );

function subnetOf(
  { SubnetId, NetworkInterfaces, Placement = {} }: RunInput,
  primary: WrittenInterface,
  ec2: Ec2,
): Subnet {
  if (NetworkInterfaces && SubnetId !== undefined) {
    throw invalidParameterCombination(
      "Network interfaces and an instance-level subnet ID may not be specified on the same request",
    );
  }
  const own = NetworkInterfaces?.find(({ NetworkInterfaceId }) => NetworkInterfaceId !== undefined);
  if (own) throw unknownInterface(own.NetworkInterfaceId as string);
  const id = SubnetId ?? primary.SubnetId;
  return id === undefined ? subnetOfZone(ec2, Placement.AvailabilityZone) : subnetOfId(ec2, id);
}

function groupsOf(input: RunInput, { Groups }: WrittenInterface, { vpcId }: Subnet, ec2: Ec2): readonly string[] {
  const { SecurityGroupIds, SecurityGroups, NetworkInterfaces } = input;
  if (NetworkInterfaces && (SecurityGroupIds || SecurityGroups)) {
    throw invalidParameterCombination(
      "Network interfaces and an instance-level security groups may not be specified on the same request",
    );
  }
  const ids = SecurityGroupIds ?? Groups ?? [];
  if (ids.length > 0) return groupNamesOf(ec2, vpcId, ids);
  return SecurityGroups ? demandGroupNames(ec2, vpcId, SecurityGroups) : ["default"];
}

/** What RunInstances makes, and so can tag. */
const TAGGABLE = ["instance", "volume", "network-interface", "spot-instances-request", "elastic-gpu"];

function tagsOf({ TagSpecifications = [] }: RunInput): Readonly<Record<string, Tags>> {
  const types = Map.groupBy(TagSpecifications, ({ ResourceType = "" }) => ResourceType);
  const unknown = types.keys().find((type) => !TAGGABLE.includes(type));
  if (unknown !== undefined) {
    throw invalidParameterValue(`'${unknown}' is not a valid taggable resource type for this operation.`);
  }
  const tags = Array.from(types, ([type, all]) => [type, demandTags(all.flatMap(({ Tags = [] }) => Tags))] as const);
  return Object.fromEntries(tags);
}

function volumesOf(written: readonly WrittenMapping[], rootDeviceName: string) {
  const kept = written.filter(({ NoDevice }) => NoDevice === undefined);
  const names = kept.map(({ DeviceName }) => DeviceName);
  const double = names.find((name, i) => names.indexOf(name) < i);
  if (double !== undefined) {
    const text = `The device '${double}' is used in more than one block-device mapping`;
    throw new AwsError("InvalidBlockDeviceMapping", 400, text);
  }
  const mappings = kept
    .filter(({ DeviceName }) => DeviceName !== rootDeviceName)
    .map(({ DeviceName = "", VirtualName }) => ({
      deviceName: DeviceName,
      ...(VirtualName !== undefined && { virtualName: VirtualName }),
    }));
  const settings = kept.map(({ DeviceName = "", Ebs = {} }) => [DeviceName, settingsOf(Ebs)] as const);
  return { mappings, volumeSettings: Object.fromEntries(settings) };
}

function settingsOf(ebs: NonNullable<WrittenMapping["Ebs"]>): VolumeSettings {
  const { VolumeSize = 1 } = ebs;
  // The text is a guess.
  if (VolumeSize < 1) throw invalidParameterValue(`Value (${VolumeSize}) for parameter volumeSize is invalid.`);
  return given({
    sizeGibibytes: ebs.VolumeSize,
    volumeType: ebs.VolumeType,
    iops: ebs.Iops,
    throughput: ebs.Throughput,
    encrypted: ebs.Encrypted,
    deleteOnTermination: ebs.DeleteOnTermination,
    snapshotId: ebs.SnapshotId,
  });
}

type Given<Whole> = { [Name in keyof Whole]?: Exclude<Whole[Name], undefined> };

/** Those that are not undefined. */
const given = <Whole extends object>(whole: Whole) =>
  Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Given<Whole>;

function keysOf(input: RunInput) {
  const { KeyName, KernelId, RamdiskId, UserData, HibernationOptions, InstanceMarketOptions } = input;
  return given({
    keyName: KeyName,
    kernelId: KernelId,
    ramdiskId: RamdiskId,
    userDataBase64: UserData === undefined || UserData === "" ? undefined : demandUserData(UserData),
    hibernationConfigured: HibernationOptions?.Configured,
    hostnameType: input.PrivateDnsNameOptions?.HostnameType,
    instanceLifecycle: InstanceMarketOptions?.MarketType === "spot" ? ("spot" as const) : undefined,
  });
}

function demandUserData(userData: string): string {
  const bytes = Buffer.from(userData, "base64");
  const isBase64 = bytes.toString("base64").replace(/=+$/, "") === userData.replace(/[=\s]+/g, "");
  if (!isBase64) throw new AwsError("InvalidUserData.Malformed", 400, "Invalid BASE64 encoding of user data.");
  if (bytes.length > USER_DATA_LIMIT_BYTES) throw invalidParameterValue("User data is limited to 16384 bytes");
  return bytes.toString("base64");
}

function placementOf({ Placement = {} }: RunInput, { zone }: Subnet) {
  const { GroupName, HostId, PartitionNumber } = Placement;
  const groupName = GroupName === "" ? undefined : GroupName;
  return {
    availabilityZone: zone.name,
    placement: given({ groupName, hostId: HostId, partitionNumber: PartitionNumber }),
  };
}

/** One interface, less the private address. */
function connectionOf(
  written: WrittenInterface,
  { subnetId, vpcId, ipv4CidrBlock }: Subnet,
  securityGroups: readonly string[],
  { Ipv6AddressCount = written.Ipv6AddressCount, Ipv6Addresses = written.Ipv6Addresses }: Partial<RunInput>,
) {
  const secondary = written.PrivateIpAddresses?.filter(({ Primary }) => !Primary);
  const ipv6Addresses = Ipv6Addresses?.flatMap(({ Ipv6Address }) => Ipv6Address ?? []);
  return {
    ...{ subnetId, vpcId, securityGroups: [...securityGroups] },
    ...given({
      subnetIpv4CidrBlock: ipv4CidrBlock,
      secondaryPrivateIpAddresses: secondary?.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []),
      ipv6AddressCount: ipv6Addresses ? undefined : Ipv6AddressCount || undefined,
      ipv6Addresses,
      networkCardIndex: written.NetworkCardIndex,
    }),
  };
}

function furtherOf({ NetworkInterfaces = [] }: RunInput, ec2: Ec2) {
  const further = NetworkInterfaces.filter(({ DeviceIndex = 0 }) => DeviceIndex !== 0);
  return further.map((written) => {
    const subnet = written.SubnetId === undefined ? subnetOfZone(ec2, undefined) : subnetOfId(ec2, written.SubnetId);
    const groups = written.Groups ? groupNamesOf(ec2, subnet.vpcId, written.Groups) : ["default"];
    const { DeviceIndex: deviceIndex = 1, PrivateIpAddress: privateIpAddress } = written;
    return { ...connectionOf(written, subnet, groups, {}), ...given({ deviceIndex, privateIpAddress }) };
  });
}
