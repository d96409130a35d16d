// Where are the clients that scripts/install-clients.sh has installed, and what of it do tests need here?

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { warpSupport } from "../../clock/warp/warp.ts";
import { type Need, program } from "../requires.ts";

export const ROOT = join(import.meta.dirname, "../..");
/** The Python with boto3; whatever else the machine has is left out of it. */
export const PYTHON = join(ROOT, ".clients/python/bin/python");
/** The AWS of https://github.com/getmoto/moto, from PyPI. */
export const MOTO = join(ROOT, ".clients/python/bin/moto_server");
/** https://github.com/minio/minio: too large to be built everywhere. */
export const MINIO = join(ROOT, ".clients/go/bin/minio");
/** AWS CLI v1, from PyPI. */
export const AWS_CLI_1 = join(ROOT, ".clients/awscli/bin/aws");
/** AWS CLI v2, the distribution's. */
export const AWS_CLI_2 = "/usr/bin/aws";

/** aws-sdk-go/, built. */
export const GO_SDK = join(ROOT, ".clients/go/bin/aws-sdk-go");
/** The class path of aws-sdk-java/. */
export const JAVA_SDK = join(ROOT, ".clients/java/*");
/** exercised/go/, built without C. */
export const GO_EXERCISED = join(ROOT, ".clients/go/bin/exercised");
/** The class path of exercised/java/, compiled. */
export const JAVA_EXERCISED = [join(ROOT, ".clients/java-exercised"), JAVA_SDK].join(delimiter);
/** exercised/rust/, built. */
export const RUST_EXERCISED = join(ROOT, ".clients/rust/release/exercised");

/** The distribution's, for pages. */
export const CHROMIUM = "/usr/bin/chromium";

export const boto3 = program(PYTHON, "-c", "import boto3");
export const moto = program(MOTO, "--help");
export const curl = program("curl", "--version");
export const oathtool = program("oathtool", "--version");
export const openssl = program("openssl", "version");
export const awsCli1 = program(AWS_CLI_1, "--version");
export const chromiumBrowser = program(CHROMIUM, "--version");
export const goSdk = program(GO_SDK);
export const javaSdk = program("javap", "-cp", JAVA_SDK, "software.amazon.awssdk.services.ec2.Ec2Client");
export const exercised: Need = () => {
  const built = [GO_EXERCISED, RUST_EXERCISED, join(ROOT, ".clients/java-exercised/Exercised.class")];
  const missing = built.find((file) => !existsSync(file));
  return missing && `${missing} is not built`;
};
export const awsCli2 = program(AWS_CLI_2, "--version");
/** https://github.com/python-jsonschema/check-jsonschema, from PyPI: it brings SchemaStore's schemas along. */
export const checkJsonschema = program(PYTHON, "-m", "check_jsonschema", "--version");
/** What the examples of examples/testcontainers/ need, besides an engine. */
export const boto3Testcontainers = program(PYTHON, "-c", "import boto3, pytest, testcontainers, time_machine");
export const goTestcontainers = program("go", "vet", "-C", join(ROOT, "examples/testcontainers/go"), "./...");
export const javaTestcontainers = program(
  "mvn",
  ..."-q -o -B test -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -f".split(" "),
  join(ROOT, "examples/testcontainers/java"),
);

const support = await warpSupport();
/** Moving an unmodified client's clock. */
export const movableClock: Need = () => (support.supported ? undefined : support.reason);
