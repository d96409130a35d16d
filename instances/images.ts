// Which images are there? Those that instances are made of where they say nothing, and a well-known one beside them. Nobody can make
// images here, so that every other well-formed id stands for an image, too.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html

import { derivedHexId } from "../entropy/derive.ts";

export interface Image {
  readonly imageId: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: string;
  readonly ownerId: string;
  readonly ownerAlias?: string;
  readonly rootDeviceName: string;
  readonly snapshotId: string;
  /** ISO 8601 with milliseconds, as EC2 has it. */
  readonly creationDate: string;
}

/** Amazon Linux 2023 of the region: what an instance is made of that has no `imageId`. */
export const defaultImageId = (region: string, architecture: string) => derivedHexId("ami-0", 16, region, architecture);

const AMAZON = { ownerId: "137112412989", ownerAlias: "amazon" };
const CANONICAL = { ownerId: "099720109477" };

export function imagesOf(region: string): Image[] {
  return ["x86_64", "arm64"].flatMap((architecture) => {
    const ubuntuArchitecture = architecture === "x86_64" ? "amd64" : "arm64";
    return [
      image(defaultImageId(region, architecture), architecture, {
        ...AMAZON,
        name: `al2023-ami-2023.9.20251117.1-kernel-6.1-${architecture}`,
        description: `Amazon Linux 2023 AMI 2023.9.20251117.1 ${architecture} HVM kernel-6.1`,
      }),
      image(derivedHexId("ami-0", 16, region, architecture, "ubuntu"), architecture, {
        ...CANONICAL,
        name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${ubuntuArchitecture}-server-20251022`,
        description: `Canonical, Ubuntu, 24.04, ${ubuntuArchitecture} noble image`,
        rootDeviceName: "/dev/sda1",
      }),
    ];
  });
}

/** The image of that id, of which we know no more than that somebody uses it. */
export const unknownImage = (imageId: string, architecture: string): Image =>
  image(imageId, architecture, { ...AMAZON, name: imageId, description: "" });

function image(
  imageId: string,
  architecture: string,
  rest: Pick<Image, "name" | "description" | "ownerId"> & Partial<Image>,
): Image {
  return {
    imageId,
    architecture,
    rootDeviceName: "/dev/xvda",
    snapshotId: derivedHexId("snap-0", 16, imageId),
    creationDate: "2025-11-18T00:00:00.000Z",
    ...rest,
  };
}
