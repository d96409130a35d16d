// Whatever is sent to IAM, STS and EC2, AWS's own error answers it, and never one of ours: every operation gets parameters by the shapes of
// its model, some of them spoilt. Run one again with MAYFLY_TEST_SEED; the seed is in the test's name.

import { Agent, request } from "node:http";
import { expect, test } from "vitest";
import { loadModel } from "../../aws-api/wire/model.ts";
import { dice } from "../../entropy/dice.ts";
import { ACCOUNT, IMAGE, launch, PEOPLE, START, world } from "./ec2/world.ts";
import { type Plausible, RandomInput } from "./random-input.ts";
import { form, signed } from "./world.ts";

const SEED = process.env.MAYFLY_TEST_SEED ?? String(Date.now());
const SERVICES = ["iam", "sts", "ec2"] as const;
const CALLS_PER_OPERATION = 6;

/** Few, so that what one call makes is often what the next one means. */
const NAMES = ["new", "new", "first", "second", "second", "SECOND", "__proto__"];
const iamArn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const allow = (Resource: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource }] });
const trust = (Principal: object, Action = "sts:AssumeRole") =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Principal, Action } });
const IDP = iamArn("oidc-provider/idp.example");

const POLICIES = [
  allow("*"),
  allow("arn:aws:s3:::mybucket/*"),
  trust({ AWS: iamArn("user/second") }),
  trust({ Service: "ec2.amazonaws.com" }),
  trust({ Federated: IDP }, "sts:AssumeRoleWithWebIdentity"),
  '{"Version":"2012-10-17","Statement":[]}',
  '{"Version":"2012-10-17","Statement":[null]}',
  '{"Statement":{"Effect":"Allow","Action":{},"Resource":"*","Condition":{"StringEquals":{"a":[{}]}}}}',
  '{"__proto__":{"Version":1}}',
  "[".repeat(2000),
  ...["null", "[]", "1"],
];
const ARNS = [
  ...NAMES.flatMap((name) => [iamArn(`user/${name}`), iamArn(`role/${name}`), iamArn(`policy/${name}`)]),
  ...["arn:aws:iam::aws:policy/AdministratorAccess", iamArn("group/new"), iamArn("mfa/new"), IDP],
  ...["arn:aws:s3:::mybucket/a", "arn:::::", "x".repeat(30)],
];

const plausibleWith = (instance: string): Plausible => [
  [/Document|^Policy$|PolicyInputList|ResourcePolicy/, POLICIES],
  [/SerialNumber/, [iamArn("mfa/new"), iamArn("mfa/second")]],
  [/OpenIDConnectProviderArn/, [IDP]],
  [/PolicyArn|PermissionsBoundary/, ["arn:aws:iam::aws:policy/ReadOnlyAccess", iamArn("policy/new")]],
  [/Arn/, ARNS],
  [/Url/, ["https://idp.example", "https://idp.example/a", "http://localhost:1"]],
  [/ActionNames/, ["s3:GetObject", "iam:PassRole", "*", "nonsense"]],
  [/Name$|Names|^Name/, NAMES],
  [/Path/, ["/", "/", "/a/"]],
  [/VersionId/, ["v1", "v2", "v99"]],
  [/Code/, ["123456", "000000"]],
  [/Password/, ["Passw0rd!", "x", "correct horse battery staple"]],
  [/AccessKeyId/, ["AKIASECONDSECONDSEC1", "ASIASECONDSECONDSEC1"]],
  [/Marker|NextToken/, ["bm8=", Buffer.from("m m").toString("base64")]],
  [/ContextKeyValue/, ["1", "true", "2026-11-24T00:00:00Z", "10.0.0.0/8"]],
  [/ContextKey/, ["aws:username", "aws:SourceIp", "__proto__"]],
  [/InstanceId|Resources/, [instance, "i-0123456789abcdef1"]],
  [/ImageId/, [IMAGE, "ami-1"]],
  [/InstanceType/, ["t3.micro", "m5.large", "nonsense"]],
  [/SubnetId|GroupId|VpcId|VolumeId/, ["subnet-1", "sg-1", "vpc-1", "vol-1"]],
  [/Ip|Cidr/, ["10.0.0.5", "::1", "fe80::1"]],
  [/Token$/, ["eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIn0.AA", "a.b.c"]],
];

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One connection carries all of them. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function send(url: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request(url, { method: "POST", headers, agent }, async (response) => {
    resolve({ status: response.statusCode ?? 0, text: Buffer.concat(await response.toArray()).toString() });
  })
    .on("error", reject)
    .end(body);
  return promise;
}

const ADMIN = { accessKeyId: PEOPLE.admin, secretAccessKey: PEOPLE.admin.padEnd(40, "x") };

/** Sends one form, signed by somebody who may do everything. */
async function call(url: string, service: string, body: string): Promise<Answer> {
  const { host } = new URL(url);
  const draft = { service, body, credentials: ADMIN, at: Date.parse(START), headers: { host } };
  const { rawHeaders } = await signed(form(draft));
  const headers = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : []));
  return send(url, Object.fromEntries(headers), body);
}

/** What JavaScript makes of a value that is not what it should be. */
const SLIPS = /\[object Object\]|>undefined<|>NaN<|>null</;

test(`${CALLS_PER_OPERATION} random calls of each operation, seed ${SEED}`, { timeout: 60_000 }, async () => {
  const throws = dice(SEED);
  await using opened = await world();
  const instance = await launch(opened.ec2());
  const calls = SERVICES.flatMap((service) => {
    const model = loadModel(service);
    const input = new RandomInput(model, throws, plausibleWith(instance));
    return Object.keys(model.operations).flatMap((operation) =>
      Array.from({ length: CALLS_PER_OPERATION }, () => ({ service, operation, input })),
    );
  });
  const taken = new Set<string>();
  while (calls.length > 0) {
    const [{ service, operation, input }] = calls.splice(throws.integer(calls.length), 1) as [(typeof calls)[number]];
    const body = input.form(operation);
    const { status, text } = await call(opened.simulation.urls.aws, service, body);
    const shown = `seed ${SEED}: ${service} ${body} → ${status} ${text}`;
    expect([200, 400, 403, 404, 409, 410, 412], shown).toContain(status);
    if (status === 200) taken.add(operation);
    if (status === 200) expect(text, shown).not.toMatch(SLIPS);
  }
  agent.destroy();
  // The dice must have found more than errors.
  expect(taken.size).toBeGreaterThan(80);
});
