// mayfly exec: the program's environment, folder, input and output are the caller's but for what leads it to the simulation.

import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EC2Client } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../aws-api/ec2/world.ts";
import { endOf, mayfly, start, type Up, up } from "./running.ts";

let running: Up;
beforeAll(async () => {
  running = await up();
});
afterAll(() => running.end("SIGTERM"));

const words = (...command: string[]) => ["exec", "--control", running.urls.control, "--", ...command];
const code = (expression: string) => words(process.execPath, "-p", expression);

test("removes the caller's own profile, keys, proxies and npm's variables, and sets the simulation's", async () => {
  const path = "/usr/local/bin:/usr/bin:/bin";
  const env = {
    AWS_PROFILE: "mine",
    AWS_ACCESS_KEY_ID: "AKIAMINE",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/",
    BOTO_CONFIG: "/etc/boto.cfg",
    HTTP_PROXY: "http://127.0.0.1:9",
    https_proxy: "http://127.0.0.1:9",
    no_proxy: "*",
    npm_config_registry: "http://127.0.0.1:9",
    KEPT: "as it was",
    PATH: `/somewhere/node_modules/.bin:${path}`,
  };
  const { status, output } = await mayfly(code("JSON.stringify(process.env)"), { env });
  expect(status).toBe(0);
  const seen = JSON.parse(output);
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, ...aws } = Object.fromEntries(
    Object.entries(seen).filter(([name]) => /^(AWS_|BOTO_|npm_)|proxy$/i.test(name)),
  );
  expect(aws).toEqual({
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${running.urls.imds}/`,
    AWS_ENDPOINT_URL: running.urls.aws,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
  });
  expect([AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE]).toEqual(["/dev/null", "/dev/null"]);
  expect([seen.KEPT, seen.PATH]).toEqual(["as it was", path]);
});

test("gives a user's key instead, and then no instance", async () => {
  const command = ["exec", "--control", running.urls.control, "--user", "alice", "--", process.execPath, "-p"];
  const { output } = await mayfly([...command, "JSON.stringify(process.env)"]);
  expect(JSON.parse(output)).toMatchObject({
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^AKIA/),
    AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^.{40}$/),
    AWS_EC2_METADATA_DISABLED: "true",
  });
});

test("or runs it in a container", async () => {
  const file = join(import.meta.dirname, "../../examples/containers/mayfly.yaml");
  await using containers = await up(["--config", file, "--ecs", "127.0.0.1:0", "--eks", "127.0.0.1:0"]);
  const { ecs, eks, control } = containers.urls;
  const variablesIn = async (...place: string[]) => {
    const command = [
      "exec",
      "--control",
      control,
      ...place,
      "--",
      process.execPath,
      "-p",
      "JSON.stringify(process.env)",
    ];
    const env = { ECS_CONTAINER_METADATA_URI: "http://169.254.170.2/v3/real" };
    return JSON.parse((await mayfly(command, { env })).output);
  };
  const task = await variablesIn("--task", "web");
  expect(task.AWS_CONTAINER_CREDENTIALS_FULL_URI).toMatch(new RegExp(`^${ecs}/v2/credentials/[0-9a-f-]{36}$`));
  expect(task).not.toHaveProperty("ECS_CONTAINER_METADATA_URI");
  const pod = await variablesIn("--pod", "app");
  expect(pod.AWS_CONTAINER_CREDENTIALS_FULL_URI).toBe(`${eks}/v1/credentials`);
  expect(pod.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE).toMatch(/eks-pod-identity-token$/);
});

test.each(["--instance", "--user", "--task"])("takes one place: not %s and a pod", async (option) => {
  const { status, errors } = await mayfly(["exec", option, "a", "--pod", "b", "true"]);
  expect([status, errors]).toEqual([2, expect.stringMatching(/cannot be used with option/)]);
});

test("runs it in the folder that npm was called from, with our input and output", async () => {
  const { output } = await mayfly(words("sh", "-c", "pwd; cat; echo complaint >&2"), {
    env: { INIT_CWD: "/usr" },
    input: "input\n",
  });
  expect(output).toBe("/usr\ninput\n");
});

test.each([
  ["exit 7", 7],
  ["kill -TERM $$", 143],
  ["kill -KILL $$", 137],
])("ends as the program ended: %s gives %i", async (script, status) => {
  expect((await mayfly(words("sh", "-c", script))).status).toBe(status);
});

test("passes signals on, and options behind the program's name", async () => {
  const child = start(words("sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.02; done"));
  const ended = endOf(child);
  await once(createInterface(child.stdout as NodeJS.ReadableStream), "line");
  child.kill("SIGTERM");
  expect((await ended).status).toBe(5);
  const { output } = await mayfly(["exec", "--control", running.urls.control, "echo", "--help", "--json"]);
  expect(output).toBe("--help --json\n");
});

test("runs a program on an instance that was launched meanwhile, and another one on the first all the same", async () => {
  const { output: exported } = await mayfly(["env", "--control", running.urls.control, "--user", "alice", "--json"]);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = JSON.parse(exported);
  const client = new EC2Client({
    region: "us-east-1",
    endpoint: running.urls.aws,
    credentials: { accessKeyId, secretAccessKey },
  });
  const id = await launch(client, { IamInstanceProfile: { Name: "mybucket-access" } });
  const who = `
    const imds = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT + "latest/";
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
    const token = await (await fetch(imds + "api/token", { method: "PUT", headers })).text();
    const found = await fetch(imds + "meta-data/instance-id", { headers: { "x-aws-ec2-metadata-token": token } });
    process.stdout.write(await found.text());`;
  const on = async (...where: string[]) => {
    const words = ["exec", "--control", running.urls.control, ...where, "--", process.execPath, "--input-type=module"];
    return (await mayfly([...words, "-e", who])).output;
  };
  expect(await on("--instance", id)).toBe(id);
  expect(await on()).toMatch(/^i-[0-9a-f]{17}$/);
  expect(await on()).not.toBe(id);
});
