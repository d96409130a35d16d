// mayfly up --link-local: takes EC2's own addresses in a network of its own, and keeps away from where they may be somebody's.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { endOf } from "../cli/running.ts";
import { curl, ROOT } from "../clients/software.ts";
import { describeWith, program } from "../requires.ts";
import { linkLocalWays } from "./host-routes.ts";
import { namespaces } from "./isolated.ts";

const ETHERNET = "ip link add eth0 type veth peer name other; ip link set other up; ip link set eth0 up";
const UP = "node bin/mayfly.js up --link-local --json";
const ASK = `curl -sS --max-time 3 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60"`;
const WITHOUT_RIGHT = "setpriv --bounding-set -net_admin --inh-caps -net_admin";
/** Waits until the port is there, asks, and ends Mayfly. */
const served = (...asked: string[]) => `
  until ss -ltn | grep -q ':1339 '; do sleep 0.05; kill -0 $! || exit 9; done
  ${asked.join("\n")}
  kill -TERM $!; wait $!`;

describeWith([namespaces, curl, program("ss", "-V"), program("setpriv", "--version")], "EC2's own addresses", () => {
  const before = linkLocalWays();
  const scratch = mkdtempSync(join(tmpdir(), "mayfly-link-local-"));
  afterAll(() => rmSync(scratch, { recursive: true }));

  const inOwnNetwork = (script: string) => {
    const env = { PATH: `${join(process.execPath, "..")}:${process.env.PATH}`, HOME: "/nonexistent" };
    return endOf(
      spawn("unshare", ["-rn", "sh", "-c", `ip link set lo up\n${script}`], { cwd: ROOT, env, timeout: 30_000 }),
    );
  };
  const addresses = "ip -o address show dev lo | grep -cE '169.254.169.254|fd00:ec2::254'";

  test("are taken, served and given back", async () => {
    const configuration = join(scratch, "mayfly.yaml");
    writeFileSync(
      configuration,
      JSON.stringify({ instances: { demo: { metadataOptions: { httpProtocolIpv6: "enabled" } } } }),
    );
    const script = `${UP} --config ${configuration} & ${served(
      `${ASK} http://169.254.169.254/latest/api/token; echo`,
      `${ASK} 'http://[fd00:ec2::254]/latest/api/token'; echo`,
      addresses,
    )}\n${addresses}`;
    const { output, errors } = await inOwnNetwork(script);
    const [ready = "", ...lines] = output.trim().split("\n");
    expect(JSON.parse(ready).linkLocal).toEqual(["http://169.254.169.254:80", "http://[fd00:ec2::254]:80"]);
    expect([errors, ...lines]).toEqual([
      "",
      expect.stringMatching(/^.{56}$/),
      expect.stringMatching(/^.{56}$/),
      "2",
      "0",
    ]);
  });

  test("are used as they are where they are given, without a right but that to the port", async () => {
    const given = `ip address add 169.254.169.254/32 dev lo; ${ETHERNET}; ip route add default dev eth0`;
    const asked = served(`${ASK} http://169.254.169.254/latest/api/token; echo`);
    const { output, errors } = await inOwnNetwork(`${given}\n${WITHOUT_RIGHT} ${UP} & ${asked}\n${addresses}`);
    expect([errors, ...output.trim().split("\n").slice(1)]).toEqual(["", expect.stringMatching(/^.{56}$/), "1"]);
  });

  test.each([
    ["a route leads there", "ip route add 169.254.169.254 dev eth0", "169.254.169.254"],
    ["a route leads near there", "ip address add 169.254.7.7/16 dev eth0", "169.254.169.254"],
    ["the IPv6 address is somebody's", "ip -6 route add fd00:ec2::/64 dev eth0", "fd00:ec2::254"],
  ])("are refused in one line where %s", async (_, route, address) => {
    const { status, errors } = await inOwnNetwork(`${ETHERNET}; ${route}; exec ${UP}`);
    expect([status, errors.trim().split("\n")]).toEqual([
      1,
      [expect.stringContaining(`the interface eth0 leads to ${address}, and a real metadata service may answer there`)],
    ]);
  });

  test("are missed in one line by who may not take them", async () => {
    const { status, errors } = await inOwnNetwork(`exec ${WITHOUT_RIGHT} ${UP}`);
    expect([status, errors]).toEqual([
      1,
      expect.stringMatching(/^mayfly: taking 169.254.169.254 needs CAP_NET_ADMIN, .*\n$/),
    ]);
  });

  test("the machine itself goes its own way", () => {
    expect(linkLocalWays()).toBe(before);
  });
});
