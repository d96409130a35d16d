// The sidecar as it is used: the Dockerfile as it stands, a real engine, an application with no AWS setting but where AWS itself
// would be. And the host keeps its own way to 169.254.169.254, whatever runs.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from "testcontainers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWith, dockerEngine, program } from "../requires.ts";
import { linkLocalWays } from "./host-routes.ts";
import { applicationCommand, applicationImage, baseImage, makeImages, root, sidecarImage } from "./images.ts";
import { instanceNetwork, PlacedContainer } from "./placed-container.ts";

const ADDRESS = "169.254.169.254";
const NETWORK = "mayfly-system-test";
const environment = { AWS_ENDPOINT_URL: `http://${ADDRESS}:4566`, AWS_REGION: "us-east-1" };

const met = {
  arn: expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17}$/),
  read: "written with keys that nobody typed",
  refusal: {
    name: "AccessDenied",
    message: expect.stringMatching(/because no identity-based policy allows the s3:ListBucket action$/),
  },
  accessKeyId: expect.stringMatching(/^ASIA/),
};

/** Runs a container to its end; its output. */
async function outputOf(container: GenericContainer): Promise<string> {
  const started = await container.withWaitStrategy(Wait.forOneShotStartup()).start();
  try {
    return Buffer.concat(await (await started.logs()).map((part) => Buffer.from(part)).toArray()).toString();
  } finally {
    await started.stop();
  }
}

describeWith([dockerEngine, program("ip", "-V"), program("ldd", "--version")], "the sidecar", () => {
  const before = linkLocalWays();
  let removeImages = async () => {};

  beforeAll(async () => {
    removeImages = await makeImages();
  });

  afterAll(() => removeImages());

  describe("beside a container, by testcontainers", () => {
    let removeNetwork = async () => {};
    let sidecar: StartedTestContainer;
    const beside = (image: string, command: string[]) =>
      new PlacedContainer(image).withCommand(command).withEnvironment(environment).at(NETWORK);
    const application = async () => JSON.parse(await outputOf(beside(applicationImage, applicationCommand)));
    const node = async (expression: string) => (await sidecar.exec(["node", "-p", expression])).output.trim();

    beforeAll(async () => {
      removeNetwork = await instanceNetwork(NETWORK);
      const container = new PlacedContainer(sidecarImage).at(NETWORK, ADDRESS);
      sidecar = await container.withWaitStrategy(Wait.forHealthCheck()).start();
    });

    afterAll(async () => {
      await sidecar?.stop();
      await removeNetwork();
    });

    test("an application finds its role, uses mybucket, and is refused elsewhere", async () => {
      expect(await application()).toEqual(met);
    });

    test("time is moved from within the container, and new keys come", async () => {
      const { accessKeyId } = await application();
      const { exitCode, output } = await sidecar.exec(["node", "bin/mayfly.js", "advance", "7h", "--json"]);
      expect([exitCode, JSON.parse(output)]).toEqual([0, expect.objectContaining({ speed: 1, paused: false })]);
      const later = await application();
      expect(later).toEqual(met);
      expect(later.accessKeyId).not.toBe(accessKeyId);
    });

    test("nobody else reaches the control API", async () => {
      const call = (port: number) =>
        `fetch("http://${ADDRESS}:${port}/").then(({ status }) => status, ({ cause }) => cause.code)`;
      const script = `Promise.all([${[80, 4566, 1339].map(call)}]).then((all) => console.log(JSON.stringify(all)))`;
      expect(JSON.parse(await outputOf(beside(baseImage, ["node", "-e", script])))).toEqual([401, 403, "ECONNREFUSED"]);
    });

    test("it is not root, and its first process is Node", async () => {
      expect(await node(`fs.statSync("/proc/1").uid`)).toBe("1000");
      expect(await node(`fs.readFileSync("/proc/1/cmdline", "latin1").split("\\0").slice(0, 3).join(" ")`)).toBe(
        "node bin/mayfly.js up",
      );
    });

    test("it can set the hop limit of its packets", async () => {
      const { output } = await sidecar.exec(["node", "bin/mayfly.js", "doctor", "--json"]);
      expect(JSON.parse(output)).toContainEqual(expect.objectContaining({ name: "hop limit", able: true }));
    });

    test("the SDK of the demonstration is left out, and that is said", async () => {
      const { exitCode, output } = await sidecar.exec(["node", "bin/mayfly.js", "demo"]);
      expect([exitCode, output]).toEqual([
        1,
        expect.stringMatching(/^mayfly: .* npm install @aws-sdk\/client-s3 .*\n$/),
      ]);
    });

    test("the host's own way to the metadata service is what it was", () => {
      expect(linkLocalWays()).toBe(before);
    });

    test("SIGTERM ends it in under a second, with status 0", async () => {
      const { container } = await getContainerRuntimeClient();
      const running = container.getById(sidecar.getId());
      const ended = running.wait();
      const from = Date.now();
      await running.kill({ signal: "SIGTERM" });
      expect(await ended).toMatchObject({ StatusCode: 0 });
      expect(Date.now() - from).toBeLessThan(1000);
    });
  });

  describeWith([program("docker-compose", "version")], "by examples/compose/compose.yaml", () => {
    const compose = async (...words: string[]) => {
      const variables = {
        MAYFLY_IMAGE: sidecarImage,
        APPLICATION_IMAGE: applicationImage,
        APPLICATION_COMMAND: applicationCommand.join(" "),
      };
      return await promisify(execFile)("docker-compose", ["--project-name", NETWORK, ...words], {
        cwd: join(root, "examples/compose"),
        env: { ...process.env, ...variables },
      });
    };

    afterAll(() => compose("down", "--timeout", "5"));

    test("the application waits for the sidecar, and finds its role with a second network beside", async () => {
      const { stdout } = await compose("run", "--rm", "-T", "application");
      expect(JSON.parse(stdout)).toEqual(met);
      expect(linkLocalWays()).toBe(before);
    });
  });

  test("afterwards, too, the host goes its own way", () => {
    expect(linkLocalWays()).toBe(before);
  });
});
