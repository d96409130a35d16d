// What there is beside instances: the same facts as at IMDS, chosen by ids and filters, a page at a time.

import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  paginateDescribeInstances,
  paginateDescribeInstanceTypes,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import type { Call } from "../../../aws-api/call.ts";
import { describesAll } from "../../../aws-api/ec2/catalogue.ts";
import type { Ec2 } from "../../../aws-api/ec2/operation.ts";
import { IMAGE, launch, metadata, refusal, world } from "./world.ts";

const INSTANCES = {
  demo: { keyName: "demo", securityGroups: ["web", "ssh"], publicIpAddress: "203.0.113.7", tags: { Name: "demo" } },
  far: { privateIpAddress: "10.1.2.3", availabilityZone: "us-east-1c", imageId: "ami-0fedcba9876543210" },
  fleet: { count: 3, instanceType: "m5.large" },
};

test("subnets, VPCs, groups and interfaces are those that the instances' own metadata tells", async () => {
  await using w = await world({ instances: INSTANCES });
  for (const name of ["demo", "far", "fleet-2"]) {
    const mac = String(await metadata(w, name, "meta-data/mac"));
    const of = (leaf: string) => metadata(w, name, `meta-data/network/interfaces/macs/${mac}/${leaf}`);
    const id =
      (await w.simulation.state()).instances.length && String(await metadata(w, name, "meta-data/instance-id"));
    const { NetworkInterfaces: [connection] = [] } = await w
      .ec2()
      .send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "attachment.instance-id", Values: [String(id)] }] }),
      );
    expect({
      NetworkInterfaceId: await of("interface-id"),
      MacAddress: await of("mac"),
      PrivateIpAddress: await of("local-ipv4s"),
      PrivateDnsName: await of("local-hostname"),
      SubnetId: await of("subnet-id"),
      VpcId: await of("vpc-id"),
      Groups: String(await of("security-group-ids")).split("\n"),
    }).toEqual({
      NetworkInterfaceId: connection?.NetworkInterfaceId,
      MacAddress: connection?.MacAddress,
      PrivateIpAddress: connection?.PrivateIpAddress,
      PrivateDnsName: connection?.PrivateDnsName,
      SubnetId: connection?.SubnetId,
      VpcId: connection?.VpcId,
      Groups: connection?.Groups?.map(({ GroupId }) => GroupId),
    });
    const { Subnets: [subnet] = [] } = await w
      .ec2()
      .send(new DescribeSubnetsCommand({ SubnetIds: [connection?.SubnetId ?? ""] }));
    expect(subnet).toMatchObject({ VpcId: connection?.VpcId, CidrBlock: await of("subnet-ipv4-cidr-block") });
    const { Vpcs: [vpc] = [] } = await w.ec2().send(new DescribeVpcsCommand({ VpcIds: [connection?.VpcId ?? ""] }));
    expect(vpc?.CidrBlock).toBe(await of("vpc-ipv4-cidr-block"));
    const GroupIds = connection?.Groups?.map(({ GroupId = "" }) => GroupId) ?? [];
    const { SecurityGroups = [] } = await w.ec2().send(new DescribeSecurityGroupsCommand({ GroupIds }));
    expect(
      SecurityGroups.map(({ GroupName }) => GroupName)
        .sort()
        .join("\n"),
    ).toBe(
      String(await of("security-groups"))
        .split("\n")
        .sort()
        .join("\n"),
    );
  }
});

test("the default VPC has a subnet in each zone, and a launch may go to any of them", async () => {
  await using w = await world();
  const { Vpcs = [] } = await w.ec2().send(new DescribeVpcsCommand({}));
  expect(Vpcs).toMatchObject([{ CidrBlock: "172.31.0.0/16", IsDefault: true }]);
  const { Subnets = [] } = await w.ec2().send(new DescribeSubnetsCommand({}));
  expect(Subnets.map(({ AvailabilityZone }) => AvailabilityZone?.at(-1)).join("")).toBe("abcdef");
  for (const { SubnetId = "", AvailabilityZone } of Subnets) {
    const id = await launch(w.ec2(), { SubnetId });
    expect(await metadata(w, id, "meta-data/placement/availability-zone")).toBe(AvailabilityZone);
  }
  expect((await w.ec2().send(new DescribeSubnetsCommand({}))).Subnets).toHaveLength(6);
});

test("images, volumes and key pairs follow from the instances", async () => {
  await using w = await world({ instances: INSTANCES });
  const { Images = [] } = await w.ec2().send(new DescribeImagesCommand({}));
  const demo = await metadata(w, "demo", "meta-data/ami-id");
  expect(Images.map(({ ImageId }) => ImageId)).toEqual(expect.arrayContaining([demo, "ami-0fedcba9876543210"]));
  const named = await w.ec2().send(
    new DescribeImagesCommand({
      Owners: ["amazon"],
      Filters: [
        { Name: "name", Values: ["al2023-ami-*"] },
        { Name: "architecture", Values: ["x86_64"] },
      ],
    }),
  );
  expect(named.Images?.map(({ ImageId }) => ImageId)).toEqual([demo]);
  // Every well-formed id is somebody's image.
  expect((await w.ec2().send(new DescribeImagesCommand({ ImageIds: [IMAGE] }))).Images).toMatchObject([
    { ImageId: IMAGE, RootDeviceName: "/dev/xvda" },
  ]);
  expect((await w.ec2().send(new DescribeImagesCommand({ Owners: ["self"] }))).Images).toEqual([]);
  expect((await w.ec2().send(new DescribeVolumesCommand({}))).Volumes).toHaveLength(5);
  const { KeyPairs } = await w.ec2().send(new DescribeKeyPairsCommand({ IncludePublicKey: true }));
  expect(KeyPairs).toMatchObject([
    {
      KeyName: "demo",
      KeyType: "ed25519",
      PublicKey: String(await metadata(w, "demo", "meta-data/public-keys/0/openssh-key")).trimEnd(),
    },
  ]);
});

describe("filters", () => {
  test.each<[string, string[], string[]]>([
    ["instance-state-name", ["running"], ["demo", "far", "fleet-0", "fleet-1", "fleet-2"]],
    ["tag:Name", ["d?mo"], ["demo"]],
    ["tag-key", ["Name"], ["demo"]],
    ["instance-type", ["m5.*"], ["fleet-0", "fleet-1", "fleet-2"]],
    ["ip-address", ["203.0.113.7"], ["demo"]],
    ["network-interface.addresses.private-ip-address", ["10.1.2.3"], ["far"]],
    ["availability-zone", ["us-east-1c", "us-east-1z"], ["far"]],
    ["launch-time", ["2026-11-24T00:00:00.000Z"], ["demo", "far", "fleet-0", "fleet-1", "fleet-2"]],
    ["launch-time", ["2025-*"], []],
    ["image-id", ["ami-0fedcba9876543210"], ["far"]],
    ["metadata-options.http-tokens", ["optional"], []],
  ])("%s %j", async (Name, Values, names) => {
    await using w = await world({ instances: INSTANCES });
    const { Reservations = [] } = await w.ec2().send(new DescribeInstancesCommand({ Filters: [{ Name, Values }] }));
    const found = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
    const ids = await Promise.all(names.map((name) => metadata(w, name, "meta-data/instance-id")));
    expect(found.sort()).toEqual(ids.sort());
  });

  test("one that there is not is refused", async () => {
    await using w = await world();
    const asked = (Filters: object[]) =>
      refusal(w.ec2().send(new DescribeInstancesCommand({ Filters: Filters as never })));
    expect(await asked([{ Name: "bad", Values: ["x"] }])).toBe(
      "InvalidParameterValue 400: The filter 'bad' is invalid",
    );
    expect(await asked([{ Name: "tag", Values: ["x"] }])).toBe(
      "InvalidParameterValue 400: The filter 'tag' is invalid",
    );
  });
});

test("a fleet comes in pages, by the SDK's own paginator, each instance once", async () => {
  await using w = await world({ instances: { fleet: { count: 25 }, demo: {} } });
  const ids: string[] = [];
  let pages = 0;
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: w.ec2(), pageSize: 10 }, {})) {
    pages++;
    for (const { Instances = [] } of Reservations) ids.push(...Instances.map(({ InstanceId = "" }) => InstanceId));
  }
  expect([pages, ids.length, new Set(ids).size]).toEqual([3, 26, 26]);
});

test("a template of 100,000 has its first page at once", async () => {
  await using w = await world({ instances: { fleet: { count: 100_000 } } });
  const { Reservations = [], NextToken } = await w.ec2().send(new DescribeInstancesCommand({ MaxResults: 5 }));
  expect([Reservations[0]?.Instances?.length, NextToken]).toEqual([5, expect.any(String)]);
});

test("a list is made as far as its page goes", () => {
  const endless = describesAll({
    ...{ member: "Things", chosenBy: {}, filters: {} },
    *items() {
      for (let Place = 0; ; Place++) yield { Place };
    },
  });
  const { output } = endless.act({ input: { MaxResults: 2 } } as unknown as Call, {} as Ec2);
  expect(output).toEqual({ Things: [{ Place: 0 }, { Place: 1 }], NextToken: expect.any(String) });
});

test("instance types are those of AWS's model, each with processors and memory", async () => {
  await using w = await world();
  const { InstanceTypes } = await w
    .ec2()
    .send(new DescribeInstanceTypesCommand({ InstanceTypes: ["t3.micro", "c7g.2xlarge", "m5.metal"] as never }));
  expect(
    InstanceTypes?.map(({ InstanceType, VCpuInfo, MemoryInfo }) => [
      InstanceType,
      VCpuInfo?.DefaultVCpus,
      MemoryInfo?.SizeInMiB,
    ]),
  ).toEqual(
    expect.arrayContaining([
      ["t3.micro", 2, 1024],
      ["c7g.2xlarge", 8, 16_384],
      ["m5.metal", 96, 393_216],
    ]),
  );
  let count = 0;
  for await (const page of paginateDescribeInstanceTypes({ client: w.ec2(), pageSize: 100 }, {}))
    count += page.InstanceTypes?.length ?? 0;
  expect(count).toBeGreaterThan(1000);
  expect(await refusal(w.ec2().send(new DescribeInstanceTypesCommand({ InstanceTypes: ["x9.huge"] as never })))).toBe(
    "InvalidInstanceType 400: The following supplied instance types do not exist: [x9.huge]",
  );
});
