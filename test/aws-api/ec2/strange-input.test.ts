// What EC2 is asked for that cannot be: it is refused, never kept, and everything else goes on.

import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  type InstanceAttributeName,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IMAGE, launch, refusal, type World, world } from "./world.ts";

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w[Symbol.asyncDispose]());

const connected = (...NetworkInterfaces: object[]) => ({ NetworkInterfaces });
const mapped = (...BlockDeviceMappings: object[]) => ({ BlockDeviceMappings });

describe("no launch", () => {
  test.each<[string, object, string]>([
    ["an IPv6 address that is none", { Ipv6Addresses: [{ Ipv6Address: "zzz" }] }, "ipv6Addresses.0"],
    ["IPv6 that is IPv4", connected({ DeviceIndex: 0, Ipv6Addresses: [{ Ipv6Address: "1.2.3.4" }] }), "ipv6Addresses"],
    ["millions of IPv6 addresses", { Ipv6AddressCount: 2_000_000 }, "ipv6AddressCount"],
    ["fewer addresses than none", { Ipv6AddressCount: -1 }, "ipv6AddressCount"],
    [
      "a second address that is none",
      connected({ DeviceIndex: 0, PrivateIpAddresses: [{ PrivateIpAddress: "bogus" }] }),
      "secondaryPrivateIpAddresses",
    ],
    [
      "a second interface with an address that is none",
      connected({ DeviceIndex: 0 }, { DeviceIndex: 1, PrivateIpAddress: "bogus" }),
      "networkInterfaces.0.privateIpAddress",
    ],
    ["an address that is none", { PrivateIpAddress: "999.1.1.1" }, "privateIpAddress"],
    ["two interfaces in one place", connected({ DeviceIndex: 0 }, { DeviceIndex: 0 }), "unique device index"],
    ["no primary interface", connected({ DeviceIndex: 1 }), "device index of 0"],
    ["a place before the first", connected({ DeviceIndex: 0 }, { DeviceIndex: -1 }), "deviceIndex"],
    ["a card that there is not", connected({ DeviceIndex: 0, NetworkCardIndex: -4 }), "networkCardIndex"],
    ["a device without a name", mapped({ Ebs: { VolumeSize: 8 } }), "deviceName"],
    ["a device that climbs out of its path", mapped({ DeviceName: "../x" }), "deviceName"],
    ["two volumes at one device", mapped({ DeviceName: "/dev/sdb" }, { DeviceName: "/dev/sdb" }), "more than one"],
    ["a volume of less than nothing", mapped({ DeviceName: "/dev/sdb", Ebs: { VolumeSize: -5 } }), "volumeSize"],
    ["a kernel that is none", { KernelId: "x\ny" }, "kernelId"],
    ["a partition that there is not", { Placement: { PartitionNumber: -3 } }, "placement.partitionNumber"],
  ])("with %s", async (_, more, said) => {
    const asked = w.ec2().send(new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1, ...more }));
    expect(await refusal(asked)).toMatch(/^Invalid\w+ 400: /);
    await expect(asked).rejects.toThrow(said);
    expect((await w.ec2().send(new DescribeInstancesCommand())).Reservations).toEqual([]);
  });
});

test("tags of one type that stand in two places are all set", async () => {
  await using own = await world();
  const tags = (Key: string) => ({ ResourceType: "instance" as const, Tags: [{ Key, Value: "1" }] });
  const id = await launch(own.ec2(), { TagSpecifications: [tags("a"), tags("b")] });
  const { Tags = [] } = await own.ec2().send(new DescribeTagsCommand());
  expect(Tags.map(({ Key, ResourceId }) => [Key, ResourceId])).toEqual([
    ["a", id],
    ["b", id],
  ]);
});

describe("an attribute", () => {
  test.each<[InstanceAttributeName, string]>([
    ["instanceInitiatedShutdownBehavior", "bogus"],
    ["instanceInitiatedShutdownBehavior", "constructor"],
    ["disableApiTermination", "maybe"],
    ["kernel", "aki-01234567"],
    ["rootDeviceName", "/dev/sda"],
    ["groupSet", "default"],
    ["blockDeviceMapping", "x"],
    ["userData", "%%"],
  ])("%s is not to be %s", async (Attribute, Value) => {
    await using own = await world();
    const InstanceId = await launch(own.ec2());
    await own.ec2().send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    const told = async () => {
      const { $metadata: _, ...rest } = await own
        .ec2()
        .send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
      return rest;
    };
    const before = await told();
    expect(await refusal(own.ec2().send(new ModifyInstanceAttributeCommand({ InstanceId, Attribute, Value })))).toBe(
      `InvalidParameterValue 400: Value (${Value}) for parameter ${Attribute} is invalid.`,
    );
    expect(await told()).toEqual(before);
  });
});

test.each([0, -1])("pages of %i are refused: they would never end", async (MaxResults) => {
  expect(await refusal(w.ec2().send(new DescribeInstancesCommand({ MaxResults })))).toBe(
    `InvalidParameterValue 400: Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than 0.`,
  );
});

test.each(["foo", "vol-zzz", "constructor-01234567", "vol-0123456789abcdef0x"])("%s has no tags", async (id) => {
  expect(await refusal(w.ec2().send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "a", Value: "" }] })))).toBe(
    `InvalidID 400: The ID '${id}' is not valid`,
  );
});

test("of a resource whose tags are gone nothing is kept", async () => {
  await using own = await world();
  const Resources = ["vol-0123456789abcdef0"];
  await own.ec2().send(new CreateTagsCommand({ Resources, Tags: [{ Key: "a", Value: "1" }] }));
  await own.ec2().send(new DeleteTagsCommand({ Resources }));
  expect((await own.ec2().send(new DescribeTagsCommand())).Tags).toEqual([]);
});
