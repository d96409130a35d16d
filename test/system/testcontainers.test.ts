// The module for testcontainers, and the examples for other languages, each with the library of its own: on the image as it is built.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { GenericContainer, Network, type StartedNetwork, Wait } from "testcontainers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { InstanceNetwork, MayflyContainer } from "../../testcontainers.ts"; // installed: from "mayfly/testcontainers"
import { boto3Testcontainers, goTestcontainers, javaTestcontainers, PYTHON, ROOT } from "../clients/software.ts";
import { describeWith, dockerEngine, program } from "../requires.ts";
import { linkLocalWays } from "./host-routes.ts";
import { applicationCommand, applicationImage, makeImages, sidecarImage } from "./images.ts";

const met = expect.objectContaining({
  arn: expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17}$/),
  read: "written with keys that nobody typed",
});

/** What an application in a container prints, with the SDK in it. */
async function application(network: StartedNetwork, environment: Record<string, string>): Promise<unknown> {
  await using started = await new GenericContainer(applicationImage)
    .withCommand(applicationCommand)
    .withNetwork(network)
    .withEnvironment(environment)
    .withWaitStrategy(Wait.forOneShotStartup())
    .start();
  return JSON.parse(Buffer.concat(await (await started.logs()).map((part) => Buffer.from(part)).toArray()).toString());
}

describeWith([dockerEngine, program("ip", "-V"), program("ldd", "--version")], "testcontainers", () => {
  let removeImages = async () => {};
  beforeAll(async () => {
    removeImages = await makeImages();
  });
  afterAll(() => removeImages());

  describe("MayflyContainer", () => {
    test("a program beside it finds its role with no setting but where AWS is, at EC2's own address", async () => {
      const before = linkLocalWays();
      // #region instance-network
      await using network = await new InstanceNetwork().start(); // as on EC2: 169.254.169.254, and closed
      await using mayfly = await new MayflyContainer(sidecarImage).withInstanceNetwork(network).start();
      const environment = mayfly.getEnvironmentIn(network); // for the program's container, withNetwork(network)
      // #endregion
      expect(environment).toMatchObject({ AWS_ENDPOINT_URL: "http://169.254.169.254:4566", AWS_REGION: "us-east-1" });
      expect(environment).not.toHaveProperty("AWS_EC2_METADATA_SERVICE_ENDPOINT");
      expect(await application(network, environment)).toEqual(met);
      await mayfly.controls.expect({ query: { face: "imds", imdsVersion: 1 }, none: true });
      expect(linkLocalWays()).toBe(before);
    });

    test("on any other network it is found by the variables", async () => {
      await using network = await new Network().start();
      await using mayfly = await new MayflyContainer(sidecarImage).withNetwork(network).start();
      expect(await application(network, mayfly.getEnvironmentIn(network))).toEqual(met);
    });

    test("takes a configuration and a speed, and tells programs of this machine the way", async () => {
      const configuration = {
        region: "eu-central-1",
        roles: { web: { trust: "ec2.amazonaws.com", managedPolicies: ["AmazonS3ReadOnlyAccess"] } },
        instances: { demo: { instanceProfile: "web" } },
        buckets: ["mybucket"],
      };
      await using mayfly = await new MayflyContainer(sidecarImage)
        .withConfiguration(configuration)
        .withSpeed(0)
        .start();
      const { variables } = mayfly.getEnvironment();
      expect(variables).toMatchObject({ AWS_ENDPOINT_URL: mayfly.getAwsUrl(), AWS_REGION: "eu-central-1" });
      vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", variables.AWS_EC2_METADATA_SERVICE_ENDPOINT);
      const { clock, state } = mayfly.controls;
      expect((await state()).roles).toEqual(["web"]);
      const where = { region: "eu-central-1", endpoint: mayfly.getAwsUrl() };
      const list = async () =>
        new S3Client({ ...where, credentials: await fromInstanceMetadata()() }).send(
          new ListObjectsV2Command({ Bucket: "mybucket" }),
        );
      expect((await list()).KeyCount).toBe(0);
      const { now } = await clock.read();
      expect((await clock.advance("7h")).now).toBe(new Date(Date.parse(now) + 7 * 3_600_000).toISOString());
      expect((await list()).KeyCount).toBe(0);
      vi.unstubAllEnvs();
    });

    test("nobody drives it who has not its token, another one for each", async () => {
      await using one = await new MayflyContainer(sidecarImage).start();
      const status = async (token: string) =>
        (await fetch(`${one.getControlUrl()}/state`, { headers: { authorization: `Bearer ${token}` } })).status;
      expect([await status(one.getControlToken()), await status("wrong")]).toEqual([200, 401]);
      await using other = await new MayflyContainer(sidecarImage).start();
      expect(await status(other.getControlToken())).toBe(401);
    });
  });

  const run = async (directory: string, command: string, ...words: string[]) => {
    const env = { ...process.env, MAYFLY_IMAGE: sidecarImage, PYTHONDONTWRITEBYTECODE: "1" };
    const cwd = `${ROOT}/examples/testcontainers/${directory}`;
    return (await promisify(execFile)(command, words, { cwd, env })).stdout;
  };

  describeWith([boto3Testcontainers], "the example in Python", () => {
    test("passes: boto3 renews its keys on a moved clock", async () => {
      expect(await run("python", PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider")).toMatch(/^1 passed/m);
    });
  });

  describeWith([goTestcontainers], "the example in Go", () => {
    test("passes: the SDK renews its keys in real time", async () => {
      expect(await run("go", "go", "test", "-count=1", "./...")).toMatch(/^ok\s/);
    });
  });

  describeWith([javaTestcontainers], "the example in Java", () => {
    test("passes: the SDK renews its keys in real time", async () => {
      expect(await run("java", "mvn", "-o", "-B", "test")).toContain(
        "Tests run: 1, Failures: 0, Errors: 0, Skipped: 0",
      );
    });
  });
});
