// The addresses that containers know without being told, in a network namespace of its own: unmodified boto3 with the variables that ECS
// and EKS give, and nothing else.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { endOf, start, up } from "../cli/running.ts";
import { boto3, curl, PYTHON, ROOT } from "../clients/software.ts";
import { describeWith, program } from "../requires.ts";
import { linkLocalWays } from "./host-routes.ts";
import { namespaces } from "./isolated.ts";

const folder = mkdtempSync(join(tmpdir(), "mayfly-containers-"));
const file = join(folder, "mayfly.yaml");
writeFileSync(
  file,
  `
roles: { web: { trust: [ecs-tasks.amazonaws.com, pods.eks.amazonaws.com] } }
tasks: { web: { taskRole: web, credentialsId: web } }
podIdentity:
  associations: [{ namespace: default, serviceAccount: default, role: web }]
  pods: { app: {} }
instances: { demo: { metadataOptions: { httpProtocolIpv6: enabled } } }
`,
);

const WHOAMI = `import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])`;
const AWS = "AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=us-east-1";
/** Starts Mayfly at those addresses, does what is to be done, and ends it. */
const script = (eks: string, todo: string) => `
set -e
ip link set lo up
for address in 169.254.170.2/32 169.254.170.23/32 fd00:ec2::23/128; do ip address add $address dev lo; done
node bin/mayfly.js up --json --config ${file} --ecs 169.254.170.2:80 --eks ${eks} >&2 &
until node bin/mayfly.js ready >/dev/null 2>&1; do sleep 0.05; done
${todo}
kill -TERM $!
wait $!
`;

function runIsolated(eks: string, todo: string): string {
  const env = { PATH: process.env.PATH ?? "", HOME: folder };
  const words = ["-rn", "sh", "-c", script(eks, todo)];
  const { status, stdout, stderr } = spawnSync("unshare", words, { cwd: ROOT, env, encoding: "utf8", timeout: 60_000 });
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^\{"event":"ready".*\n$/)]);
  return stdout;
}

afterAll(() => rmSync(folder, { recursive: true }));

describeWith([program("unshare", "-rn", "ip", "link"), boto3, curl], "containers at their own addresses", () => {
  test("a task's container is given a path alone, and the host's own way there is untouched", () => {
    const before = linkLocalWays();
    const found = runIsolated(
      "169.254.170.23:80",
      `
env ${AWS} AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/web ${PYTHON} -c '${WHOAMI}'
node bin/mayfly.js env --task web | grep _URI=
`,
    );
    expect(found).toMatch(/^arn:aws:sts::123456789012:assumed-role\/web\/[0-9a-f]{32}\n/);
    expect(found).toContain("export AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/web\n");
    expect(linkLocalWays()).toBe(before);
  });

  test.each([
    ["IPv4", "169.254.170.23:80", "http://169.254.170.23/v1/credentials"],
    ["IPv6", "[fd00:ec2::23]:80", "http://[fd00:ec2::23]/v1/credentials"],
  ])("a pod asks the agent by %s", (_, eks, url) => {
    const found = runIsolated(
      eks,
      `
eval "$(node bin/mayfly.js env --pod app)"
echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"
${PYTHON} -c '${WHOAMI}'
curl -s -H "Host: example.com" -H "Authorization: $(cat $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)" "${url}"
`,
    );
    expect(found.split("\n")).toEqual([
      url,
      expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\/web\/eks-mayfly-app-[0-9a-f-]{36}$/),
      "Access Denied. Called agent through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not example.com",
      "",
    ]);
  });
});

describeWith([namespaces, boto3, curl], "containers in a network of their own", () => {
  const isolated = async (place: readonly string[], script: string) => {
    await using running = await up(["--config", file, "--ecs", "127.0.0.1:0", "--eks", "127.0.0.1:0"]);
    const child = start(["exec", "--isolated", "--control", running.urls.control, ...place, "--", "sh", "-c", script]);
    return await endOf(child);
  };
  const whoami = `${PYTHON} -c '${WHOAMI.replace('"sts"', '"sts", region_name="us-east-1"')}'`;

  test("a task's container has no AWS setting but what ECS gives it", async () => {
    const { status, output, errors } = await isolated(
      ["--task", "web"],
      `env | grep -c ^AWS_; ${whoami}; curl -s $ECS_CONTAINER_METADATA_URI_V4/task | cut -c1-21`,
    );
    expect([status, errors]).toEqual([0, ""]);
    const [settings, arn, metadata] = output.split("\n");
    expect(Number(settings)).toBeLessThan(5);
    expect(arn).toMatch(/:assumed-role\/web\/[0-9a-f]{32}$/);
    expect(metadata).toBe('{"Cluster":"default",');
  });

  test("a pod's has its token, and finds the agent by IPv6 as well", async () => {
    const authorization = '-H "Authorization: $(cat $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)"';
    const { status, output, errors } = await isolated(
      ["--pod", "app"],
      `${whoami}; curl -s ${authorization} "http://[fd00:ec2::23]/v1/credentials" | cut -c1-20`,
    );
    expect([status, errors]).toEqual([0, ""]);
    expect(output).toMatch(/:assumed-role\/web\/eks-mayfly-app-[0-9a-f-]{36}\n\{"AccessKeyId":"ASIA\n$/);
  });
});
