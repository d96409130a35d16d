// STS with real clients as people use them: profiles with role_arn and source_profile, and pods and workflows with the token of an
// identity provider in a file. They refresh by themselves, and the CLI asks for sessions by hand.

import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulation, simulate, type WrittenConfiguration } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type CLIS, type LongLived, type PROGRAMS, runCli, startClient } from "./client.ts";
import { awsCli1, awsCli2, boto3, movableClock } from "./software.ts";

const scratch = mkdtempSync(join(tmpdir(), "mayfly-client-sts-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const ISSUER = "https://kubernetes.default.svc";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: "jwk" }), kty: "RSA", kid: "cluster", alg: "RS256" } as const;

/** As a cluster writes it into a pod: for a day. */
function serviceAccountToken(now: number): string {
  const seconds = Math.floor(now / 1000);
  const claims = {
    iss: ISSUER,
    sub: "system:serviceaccount:default:app",
    aud: ["sts.amazonaws.com"],
    iat: seconds,
    exp: seconds + 86_400,
  };
  const input = [{ alg: "RS256", kid: "cluster" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}

const ACCOUNT = "123456789012";
const arn = (role: string) => `arn:aws:iam::${ACCOUNT}:role/${role}`;
const readWrite = {
  s3: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] },
};
const trusting = (statement: object) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

const CONFIGURATION = {
  users: {
    alice: { accessKeys: [{ id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }] },
  },
  roles: {
    deploy: {
      trustPolicy: trusting({
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: { StringEqualsIfExists: { "sts:ExternalId": "agreed-upon" } },
      }),
      policies: readWrite,
    },
    pod: {
      trustPolicy: trusting({
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/kubernetes.default.svc` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { "kubernetes.default.svc:sub": "system:serviceaccount:default:app" } },
      }),
      policies: readWrite,
    },
    "mybucket-access": { trust: "ec2.amazonaws.com" },
  },
  oidcProviders: { [ISSUER]: { clientIds: ["sts.amazonaws.com"], jwks: { keys: [jwk] } } },
  buckets: ["mybucket"],
  instances: { demo: { instanceProfile: "mybucket-access" } },
} satisfies WrittenConfiguration;

const files = {
  config: join(scratch, "config"),
  credentials: join(scratch, "credentials"),
  token: join(scratch, "token"),
};
writeFileSync(
  files.credentials,
  "[alice]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
);
writeFileSync(
  files.config,
  `[profile deploy]\nrole_arn = ${arn("deploy")}\nsource_profile = alice\nrole_session_name = release\nexternal_id = agreed-upon\n`,
);
writeFileSync(files.token, serviceAccountToken(Date.now()));

/** How a program is told to have a role, and whose session it then has. */
const WAYS = {
  "a profile with role_arn and source_profile": {
    variables: { AWS_PROFILE: "deploy", AWS_CONFIG_FILE: files.config, AWS_SHARED_CREDENTIALS_FILE: files.credentials },
    session: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/release`,
    action: "sts:AssumeRole",
  },
  "a web identity token in a file": {
    variables: { AWS_WEB_IDENTITY_TOKEN_FILE: files.token, AWS_ROLE_ARN: arn("pod"), AWS_ROLE_SESSION_NAME: "app" },
    session: `arn:aws:sts::${ACCOUNT}:assumed-role/pod/app`,
    action: "sts:AssumeRoleWithWebIdentity",
  },
} as const;
const ways = Object.entries(WAYS);

const CLIENTS: readonly [keyof typeof PROGRAMS, Need[]][] = [
  ["boto3", [boto3]],
  ["AWS SDK for JavaScript v3", []],
];

for (const [name, needs] of CLIENTS) {
  describeWith(needs, name, () => {
    test.each(ways)("%s is all that it needs", async (_, { variables, session, action }) => {
      await using simulation = await simulate({ configuration: CONFIGURATION });
      await using client = await startClient(name, simulation, "machine's", {}, variables);
      expect(await client.ask("whoami")).toEqual({ value: session });
      await client.ask("write", "as that role");
      expect(await client.ask("read")).toEqual({ value: "as that role" });
      // The SDK for JavaScript asks once for each of its clients.
      expect(new Set(await statuses(simulation, action))).toEqual(new Set([200]));
      expect((await simulation.requests({ face: "imds" })).requests).toEqual([]);
    });
  });

  describeWith([...needs, movableClock], `${name} on a clock that moves with the server's`, () => {
    test.each(ways)("%s gives it new keys before the old ones die", async (_, { variables, action }) => {
      await using simulation = await simulate({ configuration: CONFIGURATION });
      await using client = await startClient(name, simulation, "moved", {}, variables);
      const keys = new Set<string>();
      for (let half = 0; half < 5; half++) {
        keys.add(await usedKey(client));
        await client.leap(1800, () => simulation.clock.advance("30m"));
      }
      expect(keys.size).toBeGreaterThanOrEqual(3);
      expect(await statuses(simulation, action)).toEqual(Array.from(keys, () => 200));
    });
  });
}

const statuses = async (simulation: Simulation, action: string) =>
  (await simulation.requests({ action })).requests.map(({ status }) => status);

/** Uses the bucket, which must go well, and tells the key. */
async function usedKey(client: LongLived): Promise<string> {
  expect((await client.ask("write", "still here")).error).toBeUndefined();
  return String((await client.ask("key")).value);
}

const COMMAND_LINES: readonly [keyof typeof CLIS, Need][] = [
  ["AWS CLI v1", awsCli1],
  ["AWS CLI v2 of Debian", awsCli2],
];

for (const [name, need] of COMMAND_LINES) {
  describeWith([need], name, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate({ configuration: CONFIGURATION });
    });
    afterAll(() => simulation.close());
    const run = async (words: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
      const { status, output, errors } = await runCli(name, simulation, words, variables, { user: "alice" });
      return status === 0 ? JSON.parse(output) : errors.trim();
    };
    const variablesOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Record<string, string>) => ({
      AWS_ACCESS_KEY_ID: AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: SecretAccessKey ?? "",
      AWS_SESSION_TOKEN: SessionToken ?? "",
    });

    test("assumes a role by hand, with tags, and works as it", async () => {
      const words = ["--role-arn", arn("deploy"), "--role-session-name", "by-hand", "--tags", "Key=team,Value=blue"];
      const { Credentials, AssumedRoleUser, PackedPolicySize } = await run(["sts", "assume-role", ...words]);
      expect(AssumedRoleUser.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/deploy/by-hand`);
      expect(PackedPolicySize).toBeGreaterThan(0);
      const identity = await run(["sts", "get-caller-identity"], variablesOf(Credentials));
      expect(identity.Arn).toBe(AssumedRoleUser.Arn);
      expect(await run(["sts", "get-session-token"], variablesOf(Credentials))).toContain(
        "An error occurred (AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with session credentials",
      );
    });

    test("gets sessions of its user, and the account of a key", async () => {
      const { Credentials } = await run(["sts", "get-session-token", "--duration-seconds", "900"]);
      expect((await run(["sts", "get-caller-identity"], variablesOf(Credentials))).Arn).toMatch(/:user\/alice$/);
      expect(await run(["iam", "list-users"], variablesOf(Credentials))).toContain("InvalidClientTokenId");
      expect(await run(["sts", "get-federation-token", "--name", "bob"])).toContain(
        `User: arn:aws:iam::${ACCOUNT}:user/alice is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${ACCOUNT}:federated-user/bob`,
      );
    });

    test("is refused roles in AWS's words", async () => {
      const assume = (role: string, ...more: string[]) =>
        run(["sts", "assume-role", "--role-arn", arn(role), "--role-session-name", "by-hand", ...more]);
      const denied = (role: string) =>
        `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${ACCOUNT}:user/alice is not authorized to perform: sts:AssumeRole on resource: ${arn(role)}`;
      for (const role of ["mybucket-access", "nowhere"]) expect(await assume(role)).toBe(denied(role));
      expect(await assume("deploy", "--external-id", "wrong")).toBe(denied("deploy"));
      expect(await assume("deploy", "--duration-seconds", "3601")).toBe(
        "An error occurred (ValidationError) when calling the AssumeRole operation: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      );
    });
  });
}

// Debian's CLI sends the STS calls of its own providers to AWS, because it knows no AWS_ENDPOINT_URL.
describeWith([awsCli1], "AWS CLI v1 besides", () => {
  test.each(ways)("%s is all that it needs", async (_, { variables, session }) => {
    await using simulation = await simulate({ configuration: CONFIGURATION });
    // It keeps sessions of roles below HOME.
    const own = { ...variables, HOME: mkdtempSync(join(scratch, "home-")) };
    const { output, errors } = await runCli("AWS CLI v1", simulation, ["sts", "get-caller-identity"], own);
    expect([errors, JSON.parse(output || "{}").Arn]).toEqual(["", session]);
  });
});

describe("a token that the role does not want", () => {
  test("is refused in AWS's words", async () => {
    await using simulation = await simulate({ configuration: CONFIGURATION });
    const variables = { ...WAYS["a web identity token in a file"].variables, AWS_ROLE_ARN: arn("deploy") };
    await using client = await startClient("AWS SDK for JavaScript v3", simulation, "machine's", {}, variables);
    expect((await client.ask("whoami")).error).toEqual({
      status: 403,
      code: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    });
  });
});
