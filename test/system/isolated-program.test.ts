// mayfly exec --isolated: what a program finds there, and that it is otherwise the caller's own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchAt } from "../aws-api/ec2/world.ts";
import { endOf, type Up, up } from "../cli/running.ts";
import { curl, ROOT } from "../clients/software.ts";
import { describeWith, program } from "../requires.ts";
import { linkLocalWays } from "./host-routes.ts";
import { type Isolated, namespaces, runIsolated, startIsolated } from "./isolated.ts";

const scratch = mkdtempSync(join(tmpdir(), "mayfly-isolated-test-"));
const CONFIGURATION = {
  users: {
    admin: {
      managedPolicies: ["AdministratorAccess"],
      accessKeys: [{ id: "AKIAADMINADMINADMIN1", secret: "AKIAADMINADMINADMIN1".padEnd(40, "x") }],
    },
  },
  roles: { "mybucket-access": { trust: "ec2.amazonaws.com" } },
  instances: {
    demo: { instanceProfile: "mybucket-access" },
    "dual-stack": { metadataOptions: { httpProtocolIpv6: "enabled" } },
    fleet: { count: 100, metadataOptions: { httpTokens: "optional" } },
  },
};
const TOKEN = `-sS --max-time 3 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60"`;

describeWith([namespaces, program("nsenter", "--version"), curl], "a program in a network of its own", () => {
  const before = linkLocalWays();
  let running: Up;
  const run = (script: string, isolated?: Isolated) => runIsolated(running, ["sh", "-c", script], isolated);
  const seen = async (script: string, isolated?: Isolated) => {
    const { status, output, errors } = await run(script, isolated);
    expect([errors, status]).toEqual(["", 0]);
    return output.trim();
  };

  beforeAll(async () => {
    const file = join(scratch, "mayfly.yaml");
    writeFileSync(file, JSON.stringify(CONFIGURATION));
    running = await up(["--config", file]);
  });
  afterAll(async () => {
    await running?.end("SIGTERM");
    rmSync(scratch, { recursive: true });
  });

  test("may be on an instance that was launched a moment ago", async () => {
    const id = await launchAt(running.urls.aws, "AKIAADMINADMINADMIN1", "mybucket-access");
    const read = `t=$(curl ${TOKEN} http://169.254.169.254/latest/api/token); curl -sS -H "X-aws-ec2-metadata-token: $t" http://169.254.169.254/latest/meta-data`;
    expect(await seen(`${read}/instance-id`, { instance: id })).toBe(id);
    expect(await seen(`${read}/iam/security-credentials/`, { instance: id })).toBe("mybucket-access");
  });

  describe("is the caller's own", () => {
    test.each(["user", "root"] as const)("in uid, gid and directory, as %s", async (as) => {
      const id = as === "user" ? 1000 : 0;
      expect(await seen("id -u; id -g; pwd", { as, cwd: "/usr" })).toBe(`${id}\n${id}\n/usr`);
    });

    test("in its input and output", async () => {
      const ended = await run("cat; echo complaint >&2", { input: "input\n" });
      expect(ended).toEqual({ status: 0, output: "input\n", errors: "complaint\n" });
    });

    test.each([
      ["exit 7", 7],
      ["kill -TERM $$", 143],
      ["kill -KILL $$", 137],
    ])("in how it ends: %s gives %i", async (script, status) => {
      expect((await run(script)).status).toBe(status);
    });

    test("in the signals that it hears, and in how it takes a broken pipe", async () => {
      const script = "trap 'exit 5' TERM; echo ready; while :; do sleep 0.02; done";
      const child = startIsolated(running, ["sh", "-c", script]);
      const ended = endOf(child);
      await once(createInterface(child.stdout as NodeJS.ReadableStream), "line");
      child.kill("SIGTERM");
      expect((await ended).status).toBe(5);
      expect(await seen("grep SigIgn /proc/self/status")).toMatch(/\b0{16}$/);
    });

    test("in its variables, but for what leads elsewhere and whom to trust", async () => {
      const env = { KEPT: "as it was", AWS_PROFILE: "mine", https_proxy: "http://127.0.0.1:9" };
      const output = await seen("env", { env });
      const names = output.split("\n").map((line) => line.split("=")[0]);
      expect(output).toContain("KEPT=as it was");
      expect(names.filter((name) => /^AWS_|proxy/i.test(name ?? ""))).toEqual([]);
      expect(names).toEqual(
        expect.arrayContaining(["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]),
      );
    });

    test("without the rights that prepared it", async () => {
      expect(await seen("grep -E 'Cap(Prm|Eff|Amb)' /proc/self/status | cut -f2")).toBe(
        `${"0".repeat(16)}\n`.repeat(3).trim(),
      );
      expect((await run("umount /etc/hosts || ip address add 10.0.0.1/32 dev lo")).status).not.toBe(0);
    });

    test("without the caller's AWS files", async () => {
      const home = mkdtempSync(join(scratch, "home-"));
      await seen(`mkdir ${home}/.aws; echo '[default]' > ${home}/.aws/config`, { env: { HOME: home } });
      expect(await seen("ls -A ~/.aws; cat ~/.aws/config 2>/dev/null || echo none", { env: { HOME: home } })).toBe(
        "none",
      );
    });
  });

  describe("finds", () => {
    test("its instance at 169.254.169.254, without IPv6 unless it has it", async () => {
      expect(await seen(`curl ${TOKEN} http://169.254.169.254/latest/api/token`)).toHaveLength(56);
      const v6 = `curl ${TOKEN} "http://[fd00:ec2::254]/latest/api/token"`;
      expect(await seen(v6, { instance: "dual-stack" })).toHaveLength(56);
      expect((await run(v6)).status).toBe(7); // curl could not connect
    });

    test("the member of a template that was asked for", async () => {
      const id = "curl -sS http://169.254.169.254/latest/meta-data/instance-id";
      const ids = await Promise.all(["fleet-0", "fleet-99"].map((instance) => seen(id, { instance })));
      expect(new Set(ids).size).toBe(2);
      expect(await seen("cat /sys/class/dmi/id/board_asset_tag", { instance: "fleet-99" })).toBe(ids[1]);
    });

    test("AWS under its names, plain and with TLS that the system trusts, and no other name", async () => {
      const fetch = `env -i PATH="$PATH" curl -sS -o /dev/null -w "%{http_code} " --max-time 5`;
      const urls = [
        "http://s3.amazonaws.com/",
        "https://mybucket.s3.us-east-1.amazonaws.com/",
        "https://ec2.us-east-1.api.aws/",
      ];
      expect(await seen(urls.map((url) => `${fetch} ${url}`).join("; "))).toBe("403 403 302");
      expect((await run("curl -sS https://example.com/")).status).toBe(6); // curl could not resolve the name
      expect(await seen("getent hosts localhost")).toMatch(/localhost/);
    });

    test("nothing else: no interface but its own, no route away", async () => {
      expect(await seen("ip -o link | wc -l; ip route | wc -l")).toBe("1\n0");
      expect((await run("curl -sS --max-time 2 http://192.0.2.7/")).status).toBe(7);
    });

    test("the hop limit: behind a router no token comes, and reading goes on", async () => {
      const link = (from: string, to: string, net: number) => `
        ip ${from} link add farther type veth peer name nearer netns ${to}
        ip ${from} address add 10.${net}.0.1/24 dev farther; ip ${from} link set farther up
        ip -n ${to} address add 10.${net}.0.2/24 dev nearer; ip -n ${to} link set nearer up
        ip -n ${to} route add default via 10.${net}.0.1`;
      const script = `
        mount -t tmpfs tmpfs /run; ip netns add router; ip netns add client
        ${link("", "router", 1)}
        ${link("-n router", "client", 2)}
        ip route add 10.2.0.0/24 via 10.1.0.2
        nsenter --net=/run/netns/router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
        for place in router client; do
          nsenter --net=/run/netns/$place curl -o /dev/null ${TOKEN} http://169.254.169.254/latest/api/token 2>/dev/null; echo $?
        done
        nsenter --net=/run/netns/client curl -sS http://169.254.169.254/latest/meta-data/ami-launch-index`;
      expect(await seen(script, { as: "root", instance: "fleet-7" })).toBe("0\n28\n7");
    });
  });

  describe("is reached at a port that is forwarded", () => {
    const SERVER = `
      const server = http.createServer((_, response) => response.end("from inside"));
      server.listen(Number(process.argv[1]), "127.0.0.1", () => console.log("listening"));`;

    test("from outside", async () => {
      const free = createServer().listen(0, "127.0.0.1");
      await once(free, "listening");
      const { port } = free.address() as { port: number };
      free.close();
      const words = [process.execPath, "-e", SERVER, String(port)];
      const child = startIsolated(running, words, { options: ["--forward", String(port)] });
      const ended = endOf(child);
      await once(createInterface(child.stdout as NodeJS.ReadableStream), "line");
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("from inside");
      child.kill("SIGTERM");
      expect((await ended).status).toBe(143);
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    });

    test("unless somebody has it", async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as { port: number };
      const { status, errors } = await run("true", { options: ["--forward", String(port)] });
      expect([status, errors]).toEqual([
        1,
        expect.stringMatching(/^mayfly: port \d+ on 127\.0\.0\.1 is in use: .*\n$/),
      ]);
      taken.close();
    });
  });

  describe("is told in one line", () => {
    test("of a program that there is not", async () => {
      const { status, errors } = await runIsolated(running, ["no-such-program"]);
      expect([status, errors]).toEqual([1, "mayfly: no-such-program: no such program on the PATH\n"]);
    });

    test("of an instance that there is not", async () => {
      const { status, errors } = await run("true", { instance: "nobody" });
      expect([status, errors]).toEqual([1, expect.stringMatching(/^mayfly: there is no instance "nobody"; .*\n$/)]);
    });

    test("where namespaces are refused, and what remains", async () => {
      const words = `${process.execPath} ${join(ROOT, "bin/mayfly.js")} exec --isolated --instance demo --control ${running.urls.control} true`;
      const refused = `echo 0 > /proc/sys/user/max_user_namespaces; exec ${words}`;
      const { status, errors } = await endOf(spawn("unshare", ["-r", "sh", "-c", refused]));
      expect([status, errors]).toEqual([
        1,
        expect.stringMatching(
          /^mayfly: this machine gives a program no network of its own: .* without --isolated, .*\n$/,
        ),
      ]);
    });
  });

  test("the machine itself goes its own way, and nothing is left behind", () => {
    expect(linkLocalWays()).toBe(before);
  });
});
