// Which EBS volumes does a machine have? The root volume, and those of its block device mappings.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html

import { derivedHexId } from "../entropy/derive.ts";
import type { Instance, VolumeSettings } from "./instance.ts";

export interface Volume extends Required<Omit<VolumeSettings, "throughput" | "snapshotId">> {
  readonly volumeId: string;
  readonly deviceName: string;
  readonly throughput?: number;
  readonly snapshotId: string;
}

/** As Amazon Linux 2023 has its root volume. */
const SIZE_GIBIBYTES = 8;

/** The root volume first. */
export function volumesOf(instance: Instance): Volume[] {
  const { rootDeviceName, blockDeviceMappings } = instance;
  const further = blockDeviceMappings.filter(({ virtualName }) => virtualName === undefined);
  return [rootDeviceName, ...further.map(({ deviceName }) => deviceName)].map((deviceName) =>
    volumeOf(instance, deviceName),
  );
}

function volumeOf(instance: Instance, deviceName: string): Volume {
  const { accountId, name, imageId, rootDeviceName, volumeSettings } = instance;
  const settings = volumeSettings[deviceName] ?? {};
  const { volumeType = "gp3", sizeGibibytes = SIZE_GIBIBYTES, throughput } = settings;
  const ofImage = deviceName === rootDeviceName ? derivedHexId("snap-0", 16, imageId) : "";
  return {
    volumeId: derivedHexId("vol-0", 16, accountId, name, deviceName),
    deviceName,
    sizeGibibytes,
    volumeType,
    iops: settings.iops ?? (volumeType === "gp2" ? Math.max(100, 3 * sizeGibibytes) : 3000),
    ...(volumeType === "gp3" && { throughput: throughput ?? 125 }),
    encrypted: settings.encrypted ?? false,
    deleteOnTermination: settings.deleteOnTermination ?? deviceName === rootDeviceName,
    snapshotId: settings.snapshotId ?? ofImage,
  };
}

/** When EC2 has attached them: a second after the launch, as captured. */
export const attachedAt = ({ createdAt }: Instance) => createdAt + 1000;

/** The attachment of an interface, by which EC2 names it. */
export const attachmentIdOf = (interfaceId: string) => derivedHexId("eni-attach-0", 16, interfaceId);
