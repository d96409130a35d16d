// The facts that the EC2 API tells beside instances: types by their names, networks, zones and regions.

import { expect, test } from "vitest";
import { instanceTypeFacts } from "../../instances/instance-types.ts";
import { freeAddressIn, isUsable, networksOf, usableAddresses } from "../../instances/networks.ts";
import { regionsOf } from "../../instances/regions.ts";
import { zonesOf } from "../../instances/zone.ts";

// https://aws.amazon.com/ec2/instance-types/
test.each<[string, number, number, string]>([
  ["t2.micro", 1, 1024, "x86_64"],
  ["t2.medium", 2, 4096, "x86_64"],
  ["t3.nano", 2, 512, "x86_64"],
  ["t3.2xlarge", 8, 32_768, "x86_64"],
  ["t4g.small", 2, 2048, "arm64"],
  ["m5.large", 2, 8192, "x86_64"],
  ["m7g.medium", 1, 4096, "arm64"],
  ["c6i.4xlarge", 16, 32_768, "x86_64"],
  ["r6g.xlarge", 4, 32_768, "arm64"],
  ["m7i.metal-24xl", 96, 393_216, "x86_64"],
  ["a1.large", 2, 8192, "arm64"],
])("%s has %i processors and %i MiB", (name, virtualCpus, memoryMebibytes, architecture) => {
  const facts = instanceTypeFacts(name);
  if (name === "a1.large") expect(facts).toMatchObject({ virtualCpus, architecture });
  else expect(facts).toMatchObject({ virtualCpus, memoryMebibytes, architecture });
});

test.each([
  ["us-east-1", 6],
  ["us-west-2", 4],
  ["us-west-1", 2],
  ["eu-west-1", 3],
] as const)("%s has %i zones", (region, count) => {
  expect(zonesOf(region)).toHaveLength(count);
  expect(zonesOf(region)[0]?.name).toBe(`${region}a`);
});

test("regions are those of the partition", () => {
  expect(regionsOf("us-east-1")).toHaveLength(17);
  expect(regionsOf("cn-north-1")).toEqual(["cn-north-1", "cn-northwest-1"]);
  expect(regionsOf("us-gov-west-1")).toEqual(["us-gov-east-1", "us-gov-west-1"]);
  expect(regionsOf("af-south-1")).toContain("af-south-1");
});

test("without instances there is the default VPC, with a subnet in each zone and its group", () => {
  const { vpcs, subnets, securityGroups, defaultVpcId } = networksOf("123456789012", "eu-west-1", []);
  expect([...vpcs.keys()]).toEqual([defaultVpcId]);
  expect(Array.from(subnets.values(), ({ ipv4CidrBlock }) => ipv4CidrBlock)).toEqual([
    ...["172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"],
  ]);
  expect(Array.from(securityGroups.values(), ({ groupName }) => groupName)).toEqual(["default"]);
});

test("addresses of a block: the first four and the last are AWS's own", () => {
  const block = "10.0.0.0/28";
  expect(usableAddresses(block)).toBe(11);
  const taken = new Set<string>();
  for (let address = freeAddressIn(block, 5, taken); address; address = freeAddressIn(block, 5, taken))
    taken.add(address);
  expect([...taken].sort((a, b) => Number(a.slice(7)) - Number(b.slice(7)))).toEqual(
    Array.from({ length: 11 }, (_, i) => `10.0.0.${i + 4}`),
  );
  expect(["10.0.0.3", "10.0.0.4", "10.0.0.14", "10.0.0.15", "10.0.1.5"].map((each) => isUsable(each, block))).toEqual([
    ...[false, true, true, false, false],
  ]);
});
