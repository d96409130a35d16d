import { expect, test } from "vitest";
import { makeInstance } from "../../instances/make.ts";
import { securityGroupIds, subnetIpv4CidrBlock, vpcIpv4CidrBlock } from "../../instances/network.ts";
import { foldInstances, NO_INSTANCES } from "../../instances/state.ts";

const state = foldInstances(NO_INSTANCES, {
  type: "configuration.loaded",
  at: 0,
  configuration: {
    account: "123456789012",
    region: "us-east-1",
    instances: {
      one: { securityGroups: ["web", "default"] },
      two: {},
      elsewhere: { vpcId: "vpc-0123456789abcdef0" },
    },
  },
});
const [one, two, elsewhere] = [...state.entries.values()].map((entry) => makeInstance(state, entry, 0));

test("an address lies in a /20 and a /16", () => {
  expect(subnetIpv4CidrBlock("172.31.17.5")).toBe("172.31.16.0/20");
  expect(vpcIpv4CidrBlock("172.31.17.5")).toBe("172.31.0.0/16");
});

test("a security group has one id in its VPC, another in another one", () => {
  if (!one || !two || !elsewhere) throw new Error("three instances were configured");
  expect(securityGroupIds(one)).toEqual([
    expect.stringMatching(/^sg-[0-9a-f]{17}$/),
    expect.stringMatching(/^sg-[0-9a-f]{17}$/),
  ]);
  expect(securityGroupIds(one)[1]).toBe(securityGroupIds(two)[0]);
  expect(securityGroupIds(one)[0]).not.toBe(securityGroupIds(one)[1]);
  expect(securityGroupIds(elsewhere)).not.toEqual(securityGroupIds(two));
});
