// Every operation of STS, IAM, EC2 and S3, asked by the AWS SDKs for Go v2 and for Java v2: do they make of each answer what boto3 makes of
// it? Each has a world of its own that comes from the same seed at the same instant, so that all is the same in it, to the last id.

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, expect, test } from "vitest";
import { loadModel, type ServiceName } from "../../aws-api/wire/model.ts";
import { simulate } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type Advance, type Asked, type Computed, member, told } from "./calls/asked.ts";
import { DENIED, EVERY as EC2 } from "./calls/ec2.ts";
import { EVERY as IAM } from "./calls/iam.ts";
import { EVERY as S3 } from "./calls/s3.ts";
import { SIGN_IN } from "./calls/sign-in.ts";
import { EVERY as STS } from "./calls/sts.ts";
import { type Answer, type PARSERS, startParser } from "./client.ts";
import { boto3, goSdk, javaSdk } from "./software.ts";

type Row = Asked | Computed | Advance;
const CALLS: readonly (readonly [ServiceName, readonly Row[]])[] = [
  ["ec2", [["RunInstances", DENIED, { DENIAL: "message" }]]],
  ["sts", STS],
  ["iam", [...IAM, ...SIGN_IN]],
  ["s3", S3],
  ["ec2", EC2],
];

const ISSUER = "https://idp.example";
const { privateKey, publicKey } = await generateKeyPair("RS256");
const jwk = { ...(await exportJWK(publicKey)), kty: "RSA", kid: "one", alg: "RS256" } as const;
/** The worlds begin here, in whole seconds. */
const START = Math.floor(Date.now() / 1000) * 1000;
const WEBIDENTITY = await new SignJWT({ iss: ISSUER, sub: "app", aud: "sts.amazonaws.com" })
  .setProtectedHeader({ alg: "RS256", kid: "one" })
  .setIssuedAt(START / 1000)
  .setExpirationTime(START / 1000 + 86_400)
  .sign(privateKey);

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const trusting = (Principal: object, Action: string | string[]) => policy({ Effect: "Allow", Principal, Action });
const account = "arn:aws:iam::123456789012";
const CONFIGURATION = {
  users: {
    alice: {
      ...{ managedPolicies: ["AdministratorAccess"], accessKeys: 1, password: "Correct-horse-7" },
      policies: {
        "no-gpus": policy({
          ...{ Effect: "Deny", Action: "ec2:RunInstances", Resource: "*" },
          Condition: { StringLike: { "ec2:InstanceType": "p5.*" } },
        }),
      },
    },
  },
  roles: {
    first: { trust: "ec2.amazonaws.com" },
    second: { trust: "ec2.amazonaws.com" },
    deploy: {
      trustPolicy: trusting({ AWS: `${account}:user/alice` }, [
        ...["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
      ]),
    },
    pod: {
      trustPolicy: trusting({ Federated: `${account}:oidc-provider/idp.example` }, "sts:AssumeRoleWithWebIdentity"),
    },
  },
  oidcProviders: { [ISSUER]: { clientIds: ["sts.amazonaws.com"], jwks: { keys: [jwk] } } },
  buckets: ["mybucket"],
};

interface Answered extends Answer {
  readonly call: string;
}

/** Has the client make all calls, one after the other, in a world of its own. */
async function answersOf(client: keyof typeof PARSERS): Promise<Answered[]> {
  await using simulation = await simulate({ startAt: START, speed: 0, seed: "parsers", configuration: CONFIGURATION });
  await using asker = await startParser(client, simulation, { user: "alice" });
  const kept: Record<string, string> = { WEBIDENTITY };
  const answers: Answered[] = [];
  for (const [service, rows] of CALLS) {
    for (const row of rows) {
      if ("advance" in row) {
        await simulation.clock.advance(row.advance);
        continue;
      }
      const [operation, members, wanted = {}] = row;
      const given = typeof members === "function" ? members(kept, simulation.clock.now()) : members;
      const answer = await asker.ask(`${service}.${operation}`, told(given, kept));
      answers.push({ call: `${service}.${operation}`, ...answer });
      for (const [name, path] of Object.entries(wanted)) kept[name] = member(answer.value ?? answer.error, path);
    }
  }
  return answers;
}

/** What SDKs make of the same answer in ways of their own. */
const OWN_WAYS: readonly (readonly [why: string, call: RegExp, members: readonly string[]])[] = [
  ["boto3 asks for it by itself", /^s3\.List(Objects|ObjectsV2|ObjectVersions)$/, ["EncodingType"]],
  ["empty in us-east-1: null, an empty text or nothing", /^s3\.GetBucketLocation$/, ["LocationConstraint"]],
  ["texts for Go", /^s3\.ListParts$/, ["PartNumberMarker", "NextPartNumberMarker"]],
  ["renamed for Java", /^ec2\.DescribeImages$/, ["Public", "PublicLaunchPermissions"]],
];
const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;

/** The same for all: instants in milliseconds, documents of policies as JSON, which boto3 has read already. */
function comparable({ call, ...answer }: Answered): Answered {
  const own = OWN_WAYS.flatMap(([, calls, members]) => (calls.test(call) ? members : []));
  const plain = (name: string, value: unknown) => {
    if (own.includes(name)) return undefined;
    if (typeof value !== "string") return value;
    if (name === "DecodedMessage") return JSON.parse(value.replace(/(aws-sdk-|Boto3\/)[^"\\]+/, "the SDK"));
    if (value.startsWith("%7B")) return JSON.parse(decodeURIComponent(value));
    // Each is sealed anew.
    return isInstant.test(value) ? Date.parse(value) : value.replace(/(failure message: ).*/, "$1");
  };
  return { call, ...JSON.parse(JSON.stringify(answer), plain) };
}

/** Which answers are refusals, by their codes: what is not here succeeds. */
const REFUSED: Readonly<Record<string, string>> = {
  "ec2.RunInstances": "UnauthorizedOperation",
  "ec2.GetInstanceUefiData": "UnsupportedOperation",
  "sts.AssumeRoot": "AccessDenied",
  "sts.GetWebIdentityToken": "OutboundWebIdentityFederationDisabledException",
  "s3.ListParts": "NoSuchUpload",
  "s3.GetBucketTagging": "NoSuchTagSet",
  "s3.GetBucketCors": "NoSuchCORSConfiguration",
  "s3.GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
  "s3.GetBucketReplication": "ReplicationConfigurationNotFoundError",
  "s3.GetBucketWebsite": "NoSuchWebsiteConfiguration",
  "s3.GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
  "s3.GetObject": "NoSuchKey",
};

const SERVICES = ["sts", "iam", "ec2", "s3"] as const;
const asked = new Map<keyof typeof PARSERS, Promise<Answered[]>>();
const answersOnce = (client: keyof typeof PARSERS) => {
  const answers = asked.get(client) ?? answersOf(client);
  asked.set(client, answers);
  return answers;
};

describeWith([boto3], "boto3", () => {
  test("is asked for every operation there is, and refused what is to be refused", async () => {
    const answers = await answersOnce("boto3");
    const models = SERVICES.flatMap((service) =>
      Object.keys(loadModel(service).operations).map((operation) => `${service}.${operation}`),
    );
    expect(new Set(answers.map(({ call }) => call))).toEqual(new Set(models));
    const refused = answers.flatMap(({ call, error }) => (error ? [[call, error.code]] : []));
    expect(Object.fromEntries(refused)).toEqual(REFUSED);
    expect(refused).toHaveLength(Object.keys(REFUSED).length);
  });
});

const OTHERS: readonly (readonly [keyof typeof PARSERS, Need])[] = [
  ["AWS SDK for Go v2", goSdk],
  ["AWS SDK for Java v2", javaSdk],
];
for (const [client, need] of OTHERS) {
  describeWith([boto3, need], client, () => {
    let own: Answered[];
    let expected: Answered[];
    beforeAll(async () => {
      [expected, own] = [await answersOnce("boto3"), await answersOnce(client)];
    });
    test.each(SERVICES)("makes of every answer of %s what boto3 does", (service) => {
      const of = (answers: readonly Answered[]) =>
        answers.filter(({ call }) => call.startsWith(`${service}.`)).map(comparable);
      expect(of(own)).toEqual(of(expected));
    });
  });
}
