// The example of docs/testing.md, run as it stands there.

// #region fixtures
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { expect } from "vitest";
import { test } from "../../vitest.ts"; // installed: from "mayfly/vitest"

test("the program goes on when its keys are renewed", async ({ simulation, environment, clock }) => {
  expect(environment.variables.AWS_ENDPOINT_URL).toBe(simulation.urls.aws); // and process.env has it, too
  const s3 = new S3Client(); // finds its role as on EC2
  const list = () => s3.send(new ListObjectsV2Command({ Bucket: "mybucket" }));

  await list();
  await clock.advanceToRefresh("aws-sdk-js-v3"); // 5 h 55 min on: in the last five minutes it asks for new keys
  await list();
  await clock.advance("10m"); // the first ones are over
  await list();

  await simulation.expect({ query: { errorCode: "ExpiredToken" }, none: true });
});
// #endregion
