// Do real programs work with no setting beyond `mayfly exec --isolated`? No endpoint, no key, no authority, no file of AWS's.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Up, up } from "../cli/running.ts";
import { AWS_CLI_1, AWS_CLI_2, awsCli1, awsCli2, boto3, curl, PYTHON } from "../clients/software.ts";
import { describeWith, type Need, program } from "../requires.ts";
import { type Isolated, namespaces, runIsolated } from "./isolated.ts";

const CONTENT = "read with no setting\n";
const TABLE = "id,name\n1,one\n2,two\n";
/** Debian's; the tests' own Python is another one. */
const SYSTEM_PYTHON = "/usr/bin/python3";

const JAVASCRIPT = `
  import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
  const s3 = new S3Client({ region: "us-east-1" });
  process.stdout.write(await (await s3.send(new GetObjectCommand({ Bucket: "mybucket", Key: "now" }))).Body.transformToString());`;
const readBy = (more = "") =>
  `import boto3; print(boto3.client("s3"${more}).get_object(Bucket="mybucket", Key="now")["Body"].read().decode(), end="")`;

interface Client extends Isolated {
  readonly name: string;
  readonly needs: readonly Need[];
  /** Run by a shell. */
  readonly script: string;
  readonly output: unknown;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const mount =
  "mkdir -p $HOME/mounted; s3fs mybucket $HOME/mounted -o iam_role=auto -f >/dev/null & until grep -q $HOME/mounted /proc/mounts; do sleep 0.05; kill -0 $! || exit 1; done";
const fuse: Need = () => (existsSync("/dev/fuse") ? undefined : "there is no /dev/fuse here");
const s3fs = [program("s3fs", "--version"), fuse];

const CLIENTS: readonly Client[] = [
  {
    name: "curl finds its role",
    needs: [curl],
    script: `imds=http://169.254.169.254/latest; token=$(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" $imds/api/token)
      curl -s -H "X-aws-ec2-metadata-token: $token" $imds/meta-data/iam/security-credentials/`,
    output: "mybucket-access",
  },
  {
    name: "ec2metadata of Canonical",
    needs: [program("sh", "-c", "command -v ec2metadata")],
    // Into a pipe it writes user data before all else, unless Python does not buffer.
    script:
      "PYTHONUNBUFFERED=1 ec2metadata --instance-id --local-ipv4 --availability-zone --security-groups --public-keys --user-data",
    output: expect.stringMatching(
      /^i-[0-9a-f]{17}\n172\.31\.\d+\.\d+\nus-east-1a\ndefault\n\['ssh-ed25519 \S+ demo'\]\n#cloud-config\n\{\}\n\n?$/,
    ),
  },
  { name: "boto3", needs: [boto3], script: `${PYTHON} -c ${quoted(readBy())}`, output: CONTENT },
  {
    name: "boto3 with a region, by regional names",
    needs: [boto3],
    script: `${PYTHON} -c ${quoted(readBy(', region_name="us-east-1"'))}`,
    output: CONTENT,
  },
  {
    name: "boto3 over IPv6",
    needs: [boto3],
    instance: "dual-stack",
    script: `export AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv6; ${PYTHON} -c ${quoted(readBy())}`,
    output: CONTENT,
  },
  {
    name: "boto3 in a container of an ECS task",
    needs: [boto3],
    place: ["--task", "web"],
    script: `${PYTHON} -c ${quoted(readBy())}`,
    output: CONTENT,
  },
  {
    name: "boto3 in a pod with EKS Pod Identity",
    needs: [boto3],
    place: ["--pod", "app"],
    script: `${PYTHON} -c ${quoted(readBy())}`,
    output: CONTENT,
  },
  {
    name: "curl in a container finds its task, and no instance",
    needs: [curl],
    place: ["--task", "web"],
    script: `curl -s $ECS_CONTAINER_METADATA_URI_V4/task; curl -s --max-time 2 http://169.254.169.254/; echo " $?"`,
    output: expect.stringMatching(/^\{"Cluster":.*\} 7\n$/s),
  },
  { name: "AWS CLI v1", needs: [awsCli1], script: `${AWS_CLI_1} s3 cp s3://mybucket/now -`, output: CONTENT },
  { name: "AWS CLI v2 of Debian", needs: [awsCli2], script: `${AWS_CLI_2} s3 cp s3://mybucket/now -`, output: CONTENT },
  {
    name: "AWS CLI v2 of Debian finds its region",
    needs: [awsCli2],
    script: `${AWS_CLI_2} sts get-caller-identity --query Arn --output text`,
    output: expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17}\n$/),
  },
  {
    name: "AWS SDK for JavaScript v3",
    needs: [],
    script: `${process.execPath} --input-type=module -e ${quoted(JAVASCRIPT)}`,
    output: CONTENT,
  },
  {
    name: "rclone",
    needs: [program("rclone", "version")],
    script: "rclone --config /dev/null cat :s3,provider=AWS,env_auth=true:mybucket/now",
    output: CONTENT,
  },
  {
    name: "restic",
    needs: [program("restic", "version")],
    script: `export RESTIC_PASSWORD=secret RESTIC_REPOSITORY=s3:s3.amazonaws.com/mybucket/restic; exec 3>&1 >/dev/null
      restic init --no-cache && echo kept | restic backup --no-cache --stdin && restic dump --no-cache latest stdin >&3`,
    output: "kept\n",
  },
  {
    name: "GDAL",
    needs: [program("ogrinfo", "--version")],
    script: `ogrinfo -ro -q -al -where "id = '2'" /vsis3/mybucket/table.csv`,
    output: expect.stringContaining("name (String) = two"),
  },
  {
    name: "s3fs, where IMDSv1 is allowed, as root",
    needs: s3fs,
    as: "root",
    instance: "version-1",
    script: `${mount}; cat $HOME/mounted/now; umount $HOME/mounted`,
    output: CONTENT,
  },
  {
    name: "s3fs as an ordinary user who makes himself root",
    needs: s3fs,
    instance: "version-1",
    script: `unshare --map-root-user --mount sh -c ${quoted(`${mount}; cat $HOME/mounted/now; umount $HOME/mounted`)}`,
    output: CONTENT,
  },
  {
    name: "Java, with its own trust store",
    needs: [program("java", "--list-modules"), program("javac", "-version")],
    script: `java ${join(import.meta.dirname, "Ask.java")} https://mybucket.s3.us-east-1.amazonaws.com/`,
    output: "403\n",
  },
];

describeWith([namespaces, boto3], "with no setting", () => {
  const scratch = mkdtempSync(join(tmpdir(), "mayfly-clients-"));
  let running: Up;
  const run = async (script: string, isolated?: Isolated) => {
    const home = mkdtempSync(join(scratch, "home-"));
    return runIsolated(running, ["sh", "-c", script], { ...isolated, env: { HOME: home, ...isolated?.env } });
  };

  beforeAll(async () => {
    const file = join(scratch, "mayfly.yaml");
    const demo = { instanceProfile: "mybucket-access" };
    const instances = {
      demo: { ...demo, userData: "#cloud-config\n{}\n", keyName: "demo", tags: { Name: "demo" } },
      "dual-stack": { ...demo, metadataOptions: { httpProtocolIpv6: "enabled" } },
      "version-1": { ...demo, metadataOptions: { httpTokens: "optional" } },
    };
    const Statement = [
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: "arn:aws:s3:::mybucket/*",
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::mybucket" },
    ];
    const policies = { "mybucket-read-write": { Version: "2012-10-17", Statement } };
    const trust = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"];
    const roles = { "mybucket-access": { trust, policies } };
    const tasks = { web: { taskRole: "mybucket-access" } };
    const association = { namespace: "default", serviceAccount: "default", role: "mybucket-access" };
    const podIdentity = { associations: [association], pods: { app: {} } };
    writeFileSync(file, JSON.stringify({ roles, instances, tasks, podIdentity, buckets: ["mybucket"] }));
    running = await up(["--config", file, "--ecs", "127.0.0.1:0", "--eks", "127.0.0.1:0"]);
    const put = (key: string, text: string) =>
      `s3.put_object(Bucket="mybucket", Key="${key}", Body=${JSON.stringify(text)})`;
    const fill = `import boto3; s3 = boto3.client("s3"); ${put("now", CONTENT)}; ${put("table.csv", TABLE)}`;
    expect(await run(`${PYTHON} -c ${quoted(fill)}`)).toMatchObject({ status: 0 });
  });
  afterAll(async () => {
    await running?.end("SIGTERM");
    rmSync(scratch, { recursive: true });
  });

  for (const { name, needs, script, output, ...isolated } of CLIENTS) {
    describeWith(needs, name, () => {
      test("works", async () => {
        const ended = await run(script, isolated);
        expect([ended.output, ended.status, ended.errors]).toEqual([output, 0, expect.anything()]);
      });
    });
  }

  describeWith(s3fs, "s3fs 1.90 where IMDSv2 is required", () => {
    test("asks for its role without a token and ends, as on EC2", async () => {
      // https://github.com/s3fs-fuse/s3fs-fuse/issues/1762
      const { output } = await run("mkdir $HOME/mounted; s3fs mybucket $HOME/mounted -o iam_role=auto -f 2>&1", {
        as: "root",
      });
      expect(output).toContain("could not load IAM role name from meta data");
    });
  });

  describeWith([program(SYSTEM_PYTHON, "-c", "import cloudinit")], "cloud-init", () => {
    test("its Ec2 data source crawls the instance and understands what the metadata service says", async () => {
      // The tests may run in a container; cloud-init asks systemd about that, and an instance is none.
      const noContainer = join(scratch, "systemd-detect-virt");
      writeFileSync(noContainer, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
      const env = { PATH: `${scratch}:${process.env.PATH}` };
      const { output, errors } = await run(`${SYSTEM_PYTHON} ${join(import.meta.dirname, "cloud-init.py")}`, { env });
      expect(errors).toBe("");
      const crawled = JSON.parse(output);
      expect(crawled).toMatchObject({
        found: true,
        address: "http://169.254.169.254",
        cloud: "aws",
        region: "us-east-1",
        zone: "us-east-1a",
        userData: "#cloud-config\n{}\n",
        identity: { accountId: "123456789012", instanceId: crawled.instanceId, region: "us-east-1" },
      });
      const leaves = Object.entries(crawled.metadata).filter(([, value]) => typeof value === "string");
      expect(leaves.length).toBeGreaterThan(10);
      expect(Object.fromEntries(leaves)).toEqual(await readByCurl(leaves.map(([name]) => name)));
      const [mac] = Object.values(crawled.metadata.network.interfaces.macs) as Record<string, string>[];
      expect(mac).toMatchObject({ "interface-id": expect.stringMatching(/^eni-/), "device-number": "0" });
      expect(crawled.metadata["public-keys"]).toEqual({ demo: [expect.stringMatching(/^ssh-/)] });
    });

    async function readByCurl(names: readonly string[]): Promise<Record<string, string>> {
      const script = `imds=http://169.254.169.254/2021-03-23/meta-data
        token=$(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)
        for name in ${names.join(" ")}; do curl -s -H "X-aws-ec2-metadata-token: $token" $imds/$name; printf '\\0'; done`;
      const { output } = await run(script);
      const values = output.split("\0");
      return Object.fromEntries(names.map((name, index) => [name, values[index] as string]));
    }
  });
});
