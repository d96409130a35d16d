import { expect, test } from "vitest";
import { zoneOf } from "../../instances/zone.ts";

// The ids as AWS names them: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
test.each([
  ["us-east-1", "us-east-1a", "use1-az1"],
  ["us-west-2", "us-west-2d", "usw2-az4"],
  ["eu-central-1", "eu-central-1b", "euc1-az2"],
  ["ap-southeast-2", "ap-southeast-2c", "apse2-az3"],
  ["us-gov-west-1", "us-gov-west-1a", "usgw1-az1"],
  ["cn-northwest-1", "cn-northwest-1a", "cnnw1-az1"],
])("%s has %s, which is %s", (region, name, id) => {
  expect(zoneOf(region, name)).toMatchObject({ name, id });
});

test("the first zone is the usual one", () => {
  expect(zoneOf("eu-west-1")).toEqual({ name: "eu-west-1a", id: "euw1-az1", index: 0 });
});
