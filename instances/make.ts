// What is this instance like? Its attributes as configured, and plausible ones derived from its name for all that is left open:
// the same in every process, and consistent with each other.

import { derivedHexId } from "../entropy/derive.ts";
import type { InstanceConfiguration } from "./configuration.ts";
import { defaultImageId } from "./images.ts";
import type { Instance, InstanceAttributes, MetadataOptions, ProfileAssociation } from "./instance.ts";
import { architectureOf } from "./instance-types.ts";
import { makeInterfaces } from "./interfaces.ts";
import { memberId, memberName } from "./member.ts";
import type { InstanceEntry, InstancesState } from "./state.ts";
import { zoneOf } from "./zone.ts";

type Account = Pick<InstancesState, "accountId" | "region" | "delays">;

export const METADATA_OPTIONS: MetadataOptions = {
  httpTokens: "required",
  httpPutResponseHopLimit: 1,
  httpEndpoint: "enabled",
  httpProtocolIpv6: "disabled",
  instanceMetadataTags: "disabled",
};

const ATTRIBUTES: InstanceAttributes = {
  disableApiStop: false,
  disableApiTermination: false,
  instanceInitiatedShutdownBehavior: "stop",
  sourceDestCheck: true,
  ebsOptimized: false,
};

/** The number of 32 bits that stands for a template in the ids of its instances. */
export function seriesOf(accountId: string, template: string): number {
  return Number.parseInt(derivedHexId("", 8, "template", accountId, template), 16);
}

/** The id of the instance `index` of an entry; that of an entry without `count` is 0. */
export function instanceIdOf(accountId: string, { name, configuration }: InstanceEntry, index: number): string {
  if (configuration.count !== undefined) return memberId(seriesOf(accountId, name), index);
  return configuration.instanceId ?? derivedHexId("i-0", 16, accountId, name);
}

/** The name of the instance `index` of an entry. */
export const nameAt = ({ entry, index }: { readonly entry: InstanceEntry; readonly index: number }) =>
  entry.configuration.count === undefined ? entry.name : memberName(entry.name, index);

/** The instance `index` of an entry, as it is at its launch. */
export function makeInstance(account: Account, entry: InstanceEntry, index: number): Instance {
  const { accountId, region } = account;
  const { configuration } = entry;
  const name = nameAt({ entry, index });
  const zone = zoneOf(region, configuration.availabilityZone);
  const place = { accountId, region, zone, name, index, firstAddress: entry.privateIpAddress };
  const instanceId = instanceIdOf(accountId, entry, index);
  return {
    name,
    instanceId,
    accountId,
    region,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    ...hardwareOf(configuration),
    ...imageOf(account, configuration),
    ...keysOf(accountId, configuration),
    amiLaunchIndex: configuration.amiLaunchIndex ?? index,
    reservationId: configuration.reservationId ?? derivedHexId("r-0", 16, accountId, entry.name),
    hostnameType: configuration.hostnameType ?? (configuration.ipv6Native ? "resource-name" : "ip-name"),
    networkInterfaces: makeInterfaces(place, configuration, configuration.networkInterfaces),
    launchTime: entry.launchTime,
    restarts: 0,
    metadataOptions: { ...METADATA_OPTIONS, ...configuration.metadataOptions },
    delays: configuration.delays ?? account.delays,
    tags: new Map(Object.entries(configuration.tags ?? {})),
    state: "running",
    stateSince: entry.launchTime,
    createdAt: entry.launchTime,
    attributes: ATTRIBUTES,
    volumeSettings: entry.launch?.volumeSettings ?? {},
    ...(entry.launch?.clientToken !== undefined && { clientToken: entry.launch.clientToken }),
    targetLifecycleState: configuration.targetLifecycleState ?? null,
    maintenance: [],
    association: associationOf(accountId, entry, instanceId),
    otherAssociations: [],
    ...present(configuration, ["metadata"]),
  };
}

/** Those of these members that are there. */
function present<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  names: readonly Name[],
): Pick<Whole, Name> {
  return Object.fromEntries(names.flatMap((name) => (name in whole ? [[name, whole[name]]] : []))) as Pick<Whole, Name>;
}

function hardwareOf(configuration: InstanceConfiguration) {
  const {
    instanceType = "t3.micro",
    instanceLifecycle = "on-demand",
    hypervisor = "nitro",
    placement = {},
  } = configuration;
  const architecture = configuration.architecture ?? architectureOf(instanceType);
  return { instanceType, architecture, instanceLifecycle, hypervisor, placement };
}

function imageOf({ region }: Account, configuration: InstanceConfiguration) {
  const { architecture } = hardwareOf(configuration);
  return {
    imageId: configuration.imageId ?? defaultImageId(region, architecture),
    ancestorAmiIds: configuration.ancestorAmiIds ?? [],
    productCodes: configuration.productCodes ?? [],
    billingProducts: configuration.billingProducts ?? [],
    rootDeviceName: configuration.rootDeviceName ?? "/dev/xvda",
    blockDeviceMappings: configuration.blockDeviceMappings ?? [],
    ...present(configuration, ["kernelId", "ramdiskId", "hibernationConfigured"]),
  };
}

function keysOf(accountId: string, configuration: InstanceConfiguration) {
  const { keyName, managedSshKeys = {}, userDataBase64 } = configuration;
  return {
    managedSshKeys,
    ...(keyName !== undefined && { keyName, publicKey: configuration.publicKey ?? publicKeyOf(accountId, keyName) }),
    ...(userDataBase64 !== undefined && { userData: Buffer.from(userDataBase64, "base64") }),
    ...present(configuration, ["userData"]),
  };
}

function associationOf(accountId: string, entry: InstanceEntry, instanceId: string): ProfileAssociation | undefined {
  const { associatedAt, configuration } = entry;
  const { instanceProfile } = configuration;
  if (instanceProfile === undefined || associatedAt === undefined) return undefined;
  return {
    associationId: derivedHexId("iip-assoc-0", 16, accountId, instanceId, instanceProfile, associatedAt),
    instanceProfileName: instanceProfile,
    associatedAt,
    deliveredFrom: associatedAt,
    deliveredUntil: Number.POSITIVE_INFINITY,
    restarts: 0,
  };
}

/**
 * An ssh-ed25519 line (RFC 8709 §4) whose 32 bytes of key follow from the names: nobody has its private half.
 * The comment is the key's name, as EC2 shows it.
 */
function publicKeyOf(accountId: string, keyName: string): string {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.of(0, 0, 0, bytes.length), bytes]);
  const key = Buffer.from(derivedHexId("", 64, "key-pair", accountId, keyName), "hex");
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from("ssh-ed25519")), field(key)]).toString("base64")} ${keyName}`;
}
