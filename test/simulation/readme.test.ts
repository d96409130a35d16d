// The example of the README, run as it stands there.

// #region readme-vitest
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { expect, test } from "vitest";
import { simulate } from "../../index.ts"; // installed: from "mayfly"

test("an instance's keys open its bucket, until they expire", async () => {
  await using simulation = await simulate({ speed: 0 }); // a clock that only moves when told
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = simulation.urls.imds;
  const keys = await fromInstanceMetadata()(); // nobody typed them

  const s3 = new S3Client({ region: "us-east-1", endpoint: simulation.urls.aws, credentials: keys });
  const list = () => s3.send(new ListObjectsV2Command({ Bucket: "mybucket" }));
  expect((await list()).KeyCount).toBe(0);

  await simulation.clock.advance("7h");
  await expect(list()).rejects.toThrow("The provided token has expired.");
  await simulation.expect({ query: { face: "aws", status: "4xx", keyLeft: "<0" }, exactly: 3 }); // the SDK tried thrice
});
// #endregion
