import { expect, test } from "vitest";
import { makeInstance } from "../../instances/make.ts";
import { securityGroupIds } from "../../instances/network.ts";
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
const [one = [], two = [], elsewhere = []] = [...state.entries.values()].map((entry) => {
  const instance = makeInstance(state, entry, 0);
  return securityGroupIds(instance, instance.networkInterfaces[0]);
});

test("a security group has one id in its VPC, another in another one", () => {
  expect(one).toEqual([expect.stringMatching(/^sg-[0-9a-f]{17}$/), expect.stringMatching(/^sg-[0-9a-f]{17}$/)]);
  expect(one[1]).toBe(two[0]);
  expect(one[0]).not.toBe(one[1]);
  expect(elsewhere).not.toEqual(two);
});
