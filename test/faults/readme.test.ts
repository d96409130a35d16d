// #region readme-faults
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { expect, test } from "vitest";
import { simulate } from "../../index.ts"; // installed: from "mayfly"

test("a program finds its keys though the metadata service fails three times", async () => {
  await using simulation = await simulate();
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = simulation.urls.imds;
  const { id } = await simulation.faults.raise({ fault: "status", status: 503, method: "GET", count: 3 });

  expect((await fromInstanceMetadata({ maxRetries: 3 })()).accessKeyId).toMatch(/^ASIA/);
  const { requests } = await simulation.requests({ status: 503 });
  expect(requests.map(({ fault }) => fault)).toEqual([id, id, id]);
});
// #endregion
