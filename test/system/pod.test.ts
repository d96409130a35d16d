// The pod of docs/kubernetes.md without a cluster: its commands, its variables and its sysctl in a network namespace, and an
// unmodified client beside it.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { AWS_CLI_1, awsCli1, ROOT } from "../clients/software.ts";
import { describeWith, program } from "../requires.ts";
import { linkLocalWays } from "./host-routes.ts";

interface Container {
  readonly command?: string[];
  readonly args?: string[];
  readonly env: readonly { name: string; value: string }[];
  readonly startupProbe?: { exec: { command: string[] } };
}

const { spec } = parse(readFileSync(join(ROOT, "examples/kubernetes/pod.yaml"), "utf8")) as {
  spec: {
    securityContext: { sysctls: { name: string; value: string }[] };
    initContainers: [Container, Container];
    containers: [Container];
  };
};
const [address, mayfly] = spec.initContainers;
const [application] = spec.containers;
const variables = ({ env }: Container) => env.map(({ name, value }) => `${name}=${value}`).join(" ");
const words = (command: readonly string[] = []) => command.join(" ");

const SCRIPT = `
set -e
ip link set lo up
${spec.securityContext.sysctls.map(({ name, value }) => `echo ${value} > /proc/sys/${name.replaceAll(".", "/")}`).join("\n")}
${words(address.command)}
env ${variables(mayfly)} setpriv --bounding-set -net_bind_service node bin/mayfly.js up --json &
until ${words(mayfly.startupProbe?.exec.command)} >/dev/null 2>&1; do sleep 0.05; done
date | env ${variables(application)} aws s3 cp - s3://mybucket/now
env ${variables(application)} aws ${words(application.args)}
kill -TERM $!
wait $!
`;

describeWith([program("unshare", "--net", "ip", "link"), program("setpriv", "--version"), awsCli1], "a pod", () => {
  test("its application finds the role at 169.254.169.254 with no setting, and the host's own way there is untouched", () => {
    const before = linkLocalWays();
    const env = {
      PATH: [dirname(AWS_CLI_1), dirname(process.execPath), process.env.PATH].join(":"),
      HOME: "/nonexistent",
    };
    const ended = spawnSync("unshare", ["--net", "sh", "-c", SCRIPT], {
      cwd: ROOT,
      env,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(ended.stderr).toBe("");
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/ now$/m);
    expect(linkLocalWays()).toBe(before);
  });
});
