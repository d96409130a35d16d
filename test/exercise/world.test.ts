// In which world is a program exercised? The patches of the scenario and of the caller are in it, in that order.

import { expect, test } from "vitest";
import { checkConfiguration } from "../../configuration.ts";
import { worldOf } from "../../exercise/world.ts";

test("one instance for each program, IMDSv2 alone, and a configuration that holds", () => {
  const world = checkConfiguration(
    worldOf(["boto3", "node"], { configurations: [undefined, {}], instance: undefined }),
  );
  expect(Object.keys(world.instances ?? {})).toEqual(["boto3", "node"]);
  expect(world.instances?.boto3).toEqual({
    instanceProfile: "mybucket-access",
    metadataOptions: { httpTokens: "required" },
  });
  expect(world.buckets).toEqual(["mybucket"]);
});

test("patches are merged over it, the later over the earlier, and one over each instance", () => {
  const world = worldOf(["boto3"], {
    configurations: [
      { rotation: { lifetime: "1h", every: "10m" }, region: "eu-west-1" },
      { rotation: { lifetime: "2h" }, instances: { boto3: { keyName: "own" } } },
    ],
    instance: { metadataOptions: { httpTokens: null, httpPutResponseHopLimit: 2 } },
  });
  expect(world).toMatchObject({
    rotation: { lifetime: "2h", every: "10m" },
    region: "eu-west-1",
    instances: { boto3: { keyName: "own", metadataOptions: { httpPutResponseHopLimit: 2 } } },
  });
});
