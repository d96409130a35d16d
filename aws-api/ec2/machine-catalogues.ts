// What are machines made of? Images, volumes and key pairs, which follow from the instances.

import { derivedHexId } from "../../entropy/derive.ts";
import { sha256 } from "../../entropy/hash.ts";
import { type Image, imagesOf, unknownImage } from "../../instances/images.ts";
import type { Instance } from "../../instances/instance.ts";
import { attachedAt, volumesOf } from "../../instances/volumes.ts";
import type { Members } from "../call.ts";
import type { Catalogue } from "./catalogue.ts";
import { invalidImageId, unknownKeyPair, unknownVolume } from "./errors.ts";
import { TAG_FILTERS } from "./filters.ts";
import { presentInstances } from "./instances.ts";
import type { Ec2 } from "./operation.ts";
import { shownTagsOf } from "./tags.ts";

const volumes: Catalogue = {
  member: "Volumes",
  chosenBy: { VolumeIds: ["VolumeId", unknownVolume] },
  filters: {
    ...TAG_FILTERS,
    "attachment.attach-time": "@Attachments.AttachTime",
    "attachment.delete-on-termination": "Attachments.DeleteOnTermination",
    "attachment.device": "Attachments.Device",
    "attachment.instance-id": "Attachments.InstanceId",
    "attachment.status": "Attachments.State",
    "availability-zone": "AvailabilityZone",
    "create-time": "@CreateTime",
    encrypted: "Encrypted",
    size: "Size",
    "snapshot-id": "SnapshotId",
    status: "State",
    "volume-id": "VolumeId",
    "volume-type": "VolumeType",
  },
  *items(ec2) {
    for (const instance of presentInstances(ec2))
      for (const volume of volumesOf(instance)) yield shownVolume(ec2, instance, volume);
  },
};

function shownVolume(ec2: Ec2, instance: Instance, volume: ReturnType<typeof volumesOf>[number]): Members {
  const { volumeId, deviceName, deleteOnTermination, throughput } = volume;
  const attachment = { AttachTime: attachedAt(instance), DeleteOnTermination: deleteOnTermination, Device: deviceName };
  return {
    VolumeId: volumeId,
    Size: volume.sizeGibibytes,
    VolumeType: volume.volumeType,
    Iops: volume.iops,
    ...(throughput !== undefined && { Throughput: throughput }),
    Encrypted: volume.encrypted,
    SnapshotId: volume.snapshotId,
    AvailabilityZone: instance.availabilityZone,
    AvailabilityZoneId: instance.availabilityZoneId,
    State: "in-use",
    CreateTime: instance.createdAt,
    MultiAttachEnabled: false,
    Tags: shownTagsOf(ec2, volumeId),
    Attachments: [{ ...attachment, InstanceId: instance.instanceId, State: "attached", VolumeId: volumeId }],
  };
}

const keyPairs: Catalogue = {
  member: "KeyPairs",
  chosenBy: { KeyNames: ["KeyName", unknownKeyPair], KeyPairIds: ["KeyPairId", unknownKeyPair] },
  filters: {
    ...TAG_FILTERS,
    fingerprint: "KeyFingerprint",
    "key-name": "KeyName",
    "key-pair-id": "KeyPairId",
    "key-type": "KeyType",
  },
  *items(ec2, { input }) {
    const keys = new Map<string, Instance>();
    for (const each of ec2.fleet.sample(ec2.at)) {
      if (each.keyName !== undefined && !keys.has(each.keyName)) keys.set(each.keyName, each);
    }
    for (const [KeyName, { accountId, publicKey = "", createdAt }] of keys) {
      const KeyPairId = derivedHexId("key-0", 16, accountId, KeyName);
      yield {
        KeyPairId,
        KeyName,
        KeyType: publicKey.startsWith("ssh-rsa") ? "rsa" : "ed25519",
        KeyFingerprint: sha256(Buffer.from(publicKey.split(" ")[1] ?? "", "base64")).toString("base64"),
        ...(input.IncludePublicKey === true && { PublicKey: publicKey }),
        CreateTime: createdAt,
        Tags: shownTagsOf(ec2, KeyPairId),
      };
    }
  },
};

const images: Catalogue = {
  member: "Images",
  chosenBy: { ImageIds: ["ImageId", invalidImageId] },
  filters: {
    ...TAG_FILTERS,
    architecture: "Architecture",
    "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
    "block-device-mapping.volume-type": "BlockDeviceMappings.Ebs.VolumeType",
    "creation-date": "CreationDate",
    description: "Description",
    "ena-support": "EnaSupport",
    hypervisor: "Hypervisor",
    "image-id": "ImageId",
    "image-type": "ImageType",
    "is-public": "Public",
    name: "Name",
    "owner-alias": "ImageOwnerAlias",
    "owner-id": "OwnerId",
    platform: "Platform",
    "root-device-name": "RootDeviceName",
    "root-device-type": "RootDeviceType",
    state: "State",
    "virtualization-type": "VirtualizationType",
  },
  *items(ec2, { input }) {
    const known = new Map(imagesOf(ec2.state.region).map((image) => [image.imageId, image]));
    for (const { imageId, architecture } of ec2.fleet.sample(ec2.at)) {
      if (!known.has(imageId)) known.set(imageId, unknownImage(imageId, architecture));
    }
    for (const id of (input.ImageIds ?? []) as readonly string[]) {
      if (/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id) && !known.has(id)) known.set(id, unknownImage(id, "x86_64"));
    }
    const { Owners = [] } = input as { Owners?: readonly string[] };
    for (const image of known.values()) if (isOwned(image, Owners)) yield shownImage(ec2, image);
  },
};

/** None is the account's own. */
const isOwned = ({ ownerId, ownerAlias = "" }: Image, owners: readonly string[]) =>
  owners.length === 0 || owners.includes(ownerId) || owners.includes(ownerAlias);

function shownImage(ec2: Ec2, image: Image): Members {
  const { imageId, name, ownerId, ownerAlias, rootDeviceName, snapshotId } = image;
  const Ebs = { DeleteOnTermination: true, Encrypted: false, SnapshotId: snapshotId, VolumeSize: 8, VolumeType: "gp3" };
  return {
    ImageId: imageId,
    Name: name,
    Description: image.description,
    ImageLocation: `${ownerAlias ?? ownerId}/${name}`,
    ...(ownerAlias !== undefined && { ImageOwnerAlias: ownerAlias }),
    OwnerId: ownerId,
    State: "available",
    CreationDate: image.creationDate,
    Public: true,
    Architecture: image.architecture,
    ImageType: "machine",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    BlockDeviceMappings: [{ DeviceName: rootDeviceName, Ebs }],
    EnaSupport: true,
    Hypervisor: "xen",
    RootDeviceName: rootDeviceName,
    RootDeviceType: "ebs",
    SriovNetSupport: "simple",
    VirtualizationType: "hvm",
    BootMode: "uefi-preferred",
    ImdsSupport: "v2.0",
    Tags: shownTagsOf(ec2, imageId),
  };
}

export const machineCatalogues: Readonly<Record<string, Catalogue>> = {
  DescribeVolumes: volumes,
  DescribeKeyPairs: keyPairs,
  DescribeImages: images,
};
