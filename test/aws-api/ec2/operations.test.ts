// Every operation of EC2 that is served, once, by AWS's own SDK; and what EC2 says before an operation is reached.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Sha256 } from "@aws-crypto/sha256-js";
import * as sdk from "@aws-sdk/client-ec2";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ec2Operations } from "../../../aws-api/ec2/operations.ts";
import { loadModel } from "../../../aws-api/wire/model.ts";
import { ACCOUNT, IMAGE, launch, PEOPLE, refusal, type World, world } from "./world.ts";

const { operations } = loadModel("ec2");

/** In the order in which they are called: what each is given, and a part of its answer. `id` and `association` are the instance's. */
const CALLS: Readonly<
  Record<string, [input: (ids: { id: string; association: string; vpc: string }) => object, part: object]>
> = {
  RunInstances: [() => ({ ImageId: IMAGE, MinCount: 1, MaxCount: 1 }), { OwnerId: ACCOUNT }],
  DescribeInstances: [({ id }) => ({ InstanceIds: [id] }), { Reservations: [{ Instances: [{}] }] }],
  DescribeInstanceStatus: [
    ({ id }) => ({ InstanceIds: [id] }),
    { InstanceStatuses: [{ InstanceState: { Name: "running" } }] },
  ],
  DescribeInstanceAttribute: [
    ({ id }) => ({ InstanceId: id, Attribute: "disableApiStop" }),
    { DisableApiStop: { Value: false } },
  ],
  ModifyInstanceAttribute: [({ id }) => ({ InstanceId: id, SourceDestCheck: { Value: false } }), {}],
  DescribeInstanceTypes: [() => ({ InstanceTypes: ["t3.micro"] }), { InstanceTypes: [{ BareMetal: false }] }],
  DescribeInstanceTypeOfferings: [
    () => ({ LocationType: "availability-zone", Filters: [{ Name: "instance-type", Values: ["t3.micro"] }] }),
    { InstanceTypeOfferings: "abcdef".split("").map((letter) => ({ Location: `us-east-1${letter}` })) },
  ],
  DescribeInstanceCreditSpecifications: [
    ({ id }) => ({ InstanceIds: [id] }),
    { InstanceCreditSpecifications: [{ CpuCredits: "unlimited" }] },
  ],
  ModifyInstanceMetadataOptions: [
    ({ id }) => ({ InstanceId: id, HttpTokens: "required" }),
    { InstanceMetadataOptions: { State: "pending" } },
  ],
  ModifyInstanceMetadataDefaults: [() => ({ HttpTokens: "required" }), { Return: true }],
  GetInstanceMetadataDefaults: [() => ({}), { AccountLevel: { HttpTokens: "required" } }],
  DescribeIamInstanceProfileAssociations: [() => ({}), { IamInstanceProfileAssociations: [{ State: "associated" }] }],
  ReplaceIamInstanceProfileAssociation: [
    ({ association }) => ({ AssociationId: association, IamInstanceProfile: { Name: "first" } }),
    { IamInstanceProfileAssociation: { State: "associated" } },
  ],
  DisassociateIamInstanceProfile: [
    ({ association }) => ({ AssociationId: association }),
    { IamInstanceProfileAssociation: { State: "disassociating" } },
  ],
  AssociateIamInstanceProfile: [
    ({ id }) => ({ InstanceId: id, IamInstanceProfile: { Name: "second" } }),
    { IamInstanceProfileAssociation: { State: "associating" } },
  ],
  CreateTags: [({ id }) => ({ Resources: [id], Tags: [{ Key: "a", Value: "b" }] }), {}],
  DescribeTags: [() => ({}), { Tags: [{ Key: "a", Value: "b", ResourceType: "instance" }] }],
  DeleteTags: [({ id }) => ({ Resources: [id] }), {}],
  DescribeImages: [() => ({ ImageIds: [IMAGE] }), { Images: [{ ImdsSupport: "v2.0" }] }],
  DescribeVolumes: [
    ({ id }) => ({ Filters: [{ Name: "attachment.instance-id", Values: [id] }] }),
    { Volumes: [{ State: "in-use" }] },
  ],
  DescribeVpcs: [() => ({}), { Vpcs: [{ IsDefault: true }] }],
  DescribeVpcAttribute: [
    ({ vpc }) => ({ VpcId: vpc, Attribute: "enableDnsSupport" }),
    { EnableDnsSupport: { Value: true } },
  ],
  DescribeSubnets: [
    () => ({ Filters: [{ Name: "default-for-az", Values: ["true"] }], MaxResults: 5 }),
    { NextToken: /./ },
  ],
  DescribeSecurityGroups: [
    () => ({ GroupNames: ["default"] }),
    { SecurityGroups: [{ Description: "default VPC security group" }] },
  ],
  DescribeNetworkInterfaces: [
    ({ id }) => ({ Filters: [{ Name: "attachment.instance-id", Values: [id] }] }),
    { NetworkInterfaces: [{ Status: "in-use", SourceDestCheck: false }] },
  ],
  DescribeKeyPairs: [() => ({}), { KeyPairs: [] }],
  DescribeRegions: [() => ({ RegionNames: ["eu-west-1"] }), { Regions: [{ Endpoint: "ec2.eu-west-1.amazonaws.com" }] }],
  DescribeAvailabilityZones: [
    () => ({ ZoneNames: ["us-east-1b"] }),
    { AvailabilityZones: [{ ZoneId: "use1-az2", State: "available" }] },
  ],
  DescribeAccountAttributes: [
    () => ({ AttributeNames: ["supported-platforms"] }),
    { AccountAttributes: [{ AttributeValues: [{ AttributeValue: "VPC" }] }] },
  ],
  GetConsoleOutput: [({ id }) => ({ InstanceId: id }), { Timestamp: new Date("2026-11-24T00:00:00Z") }],
  RebootInstances: [({ id }) => ({ InstanceIds: [id] }), {}],
  StopInstances: [
    ({ id }) => ({ InstanceIds: [id] }),
    { StoppingInstances: [{ PreviousState: { Code: 16 }, CurrentState: { Code: 64 } }] },
  ],
  StartInstances: [
    ({ id }) => ({ InstanceIds: [id] }),
    { StartingInstances: [{ PreviousState: { Code: 80 }, CurrentState: { Code: 0 } }] },
  ],
  TerminateInstances: [({ id }) => ({ InstanceIds: [id] }), { TerminatingInstances: [{ CurrentState: { Code: 32 } }] }],
};
/** Which has nothing to give here. */
const REFUSED = "GetInstanceUefiData";

test("what the model has is served, and called below", () => {
  expect(Object.keys(ec2Operations).sort()).toEqual(Object.keys(operations).sort());
  expect([...Object.keys(CALLS), REFUSED].sort()).toEqual(Object.keys(operations).sort());
});

test("docs/ec2.md has each of them in its table, and no other", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/ec2.md"), "utf8");
  const table = text.slice(text.indexOf("## Operations"), text.indexOf("Lists take filters"));
  const told = Array.from(table.matchAll(/`([A-Z]\w+)`/g), ([, name]) => name);
  expect(told.sort()).toEqual(Object.keys(operations).sort());
});

describe("the SDK understands", () => {
  let w: World;
  const ids = { id: "", association: "", vpc: "" };
  beforeAll(async () => {
    w = await world();
    ids.id = await launch(w.ec2(), { IamInstanceProfile: { Name: "first" } });
    const { IamInstanceProfileAssociations: [one] = [] } = await w
      .ec2()
      .send(new sdk.DescribeIamInstanceProfileAssociationsCommand({}));
    ids.association = one?.AssociationId ?? "";
    ids.vpc = (await w.ec2().send(new sdk.DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId ?? "";
  });
  afterAll(() => w[Symbol.asyncDispose]());

  const commandOf = (name: string, input: object) => {
    const Command = (sdk as unknown as Record<string, new (input: object) => sdk.DescribeVpcsCommand>)[
      `${name}Command`
    ];
    if (!Command) throw new Error(`the SDK has no ${name}`);
    return new Command(input);
  };

  test.each(Object.entries(CALLS))("%s", async (name, [input, part]) => {
    const answer = await w.ec2().send(commandOf(name, input(ids)));
    expect(answer.$metadata).toMatchObject({
      httpStatusCode: 200,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const wanted = JSON.stringify(part) === '{"NextToken":{}}' ? { NextToken: expect.any(String) } : part;
    expect(answer).toMatchObject(wanted);
    // A dry run of the same changes nothing and says so; the profile's own four do not have it in the model.
    if (/Profile/.test(name)) return;
    const dry = await refusal(w.ec2().send(commandOf(name, { ...input(ids), DryRun: true })));
    expect(dry).toBe("DryRunOperation 412: Request would have succeeded, but DryRun flag is set.");
  });

  test(REFUSED, async () => {
    expect(await refusal(w.ec2().send(new sdk.GetInstanceUefiDataCommand({ InstanceId: ids.id })))).toMatch(
      /^UnsupportedOperation 400: /,
    );
  });

  test.each(Object.keys(CALLS).filter((name) => name.startsWith("Describe") && !/Attribute$/.test(name)))(
    "%s is denied without a resource and without an encoded message",
    async (name) => {
      const [input] = CALLS[name] as (typeof CALLS)[string];
      expect(await refusal(w.ec2("idle").send(commandOf(name, input(ids))))).toBe(
        `UnauthorizedOperation 403: You are not authorized to perform this operation. User: arn:aws:iam::${ACCOUNT}:user/idle is not ` +
          `authorized to perform: ec2:${name} because no identity-based policy allows the ec2:${name} action`,
      );
    },
  );
});

describe("before an operation is reached", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w[Symbol.asyncDispose]());
  const FAILURE = "AuthFailure 401: AWS was not able to validate the provided access credentials";
  const asked = (settings: sdk.EC2ClientConfig) =>
    refusal(w.ec2("admin", settings).send(new sdk.DescribeInstancesCommand({})));
  const right = { accessKeyId: PEOPLE.admin, secretAccessKey: PEOPLE.admin.padEnd(40, "x") };

  test.each<[string, sdk.EC2ClientConfig, string]>([
    ["a wrong secret", { credentials: { ...right, secretAccessKey: "wrong" } }, FAILURE],
    ["an unknown key", { credentials: { ...right, accessKeyId: "AKIAUNKNOWNUNKNOWN11" } }, FAILURE],
    ["another's token", { credentials: { ...right, sessionToken: "FwoGtoken" } }, FAILURE],
    ["another region", { region: "eu-west-1" }, FAILURE],
    ["a late signature", { systemClockOffset: -16 * 60_000 }, FAILURE],
  ])("%s", async (_what, settings, text) => {
    await using strict = await world({ strictClock: true });
    const offset = strict.simulation.clock.now() - Date.now();
    const { systemClockOffset = 0 } = settings;
    const client = strict.ec2("admin", { ...settings, systemClockOffset: offset + systemClockOffset });
    expect(await refusal(client.send(new sdk.DescribeInstancesCommand({})))).toBe(text);
    const good = strict.ec2("admin", { systemClockOffset: offset });
    expect(await refusal(good.send(new sdk.DescribeInstancesCommand({})))).toBe("nothing was refused");
  });

  test("an expired session", async () => {
    const id = await launch(w.ec2(), { IamInstanceProfile: { Name: "first" } });
    const { variables } = await w.simulation.environment({ instance: id });
    const imds = variables.AWS_EC2_METADATA_SERVICE_ENDPOINT;
    const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
    const token = await (await fetch(`${imds}latest/api/token`, { method: "PUT", headers: ttl })).text();
    const found = await fetch(`${imds}latest/meta-data/iam/security-credentials/first`, {
      headers: { "x-aws-ec2-metadata-token": token },
    });
    const keys = JSON.parse(await found.text());
    const credentials = {
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.Token,
    };
    expect(await asked({ credentials })).toMatch(/^UnauthorizedOperation 403: .*assumed-role\/first\/i-/);
    await w.simulation.clock.advance("6h");
    expect(await asked({ credentials })).toBe("RequestExpired 400: Request has expired.");
  });

  async function raw(
    headers: Record<string, string>,
    body: string,
    sign = true,
  ): Promise<[number, string | null, string]> {
    const { host, hostname } = new URL(w.simulation.urls.aws);
    const all = { host, "content-type": "application/x-www-form-urlencoded", ...headers };
    const signer = new SignatureV4({ service: "ec2", region: "us-east-1", credentials: right, sha256: Sha256 });
    const unsigned = { method: "POST", protocol: "http:", hostname, path: "/", headers: all, body };
    const signed = sign ? await signer.sign(unsigned, { signingDate: new Date(w.simulation.clock.now()) }) : unsigned;
    const { host: _, ...sent } = signed.headers;
    const reply = await fetch(w.simulation.urls.aws, { method: "POST", headers: sent, body });
    return [reply.status, reply.headers.get("content-type"), await reply.text()];
  }
  const errorOf = (code: string, message: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>`;

  test("an unknown action, in the envelope of EC2", async () => {
    const [status, type, text] = await raw({}, "Action=CreateVpc&Version=2016-11-15");
    expect([status, type]).toEqual([400, "text/xml;charset=UTF-8"]);
    expect(text.startsWith(errorOf("InvalidAction", "The action CreateVpc is not valid for this web service."))).toBe(
      true,
    );
    expect(text).toMatch(/<RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/);
  });

  test("no action, and a number that is none", async () => {
    expect((await raw({}, "Version=2016-11-15"))[2]).toContain("<Code>MissingParameter</Code>");
    expect((await raw({}, "Action=DescribeInstances&MaxResults=many"))[2]).toContain(
      "<Code>InvalidParameterValue</Code><Message>Value (many) for parameter MaxResults is invalid.</Message>",
    );
  });

  test("an answer has the namespace and the request's id first", async () => {
    const [, , text] = await raw({}, "Action=DescribeKeyPairs");
    expect(text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<DescribeKeyPairsResponse xmlns="http:\/\/ec2.amazonaws.com\/doc\/2016-11-15\/"><requestId>[0-9a-f-]{36}<\/requestId><keySet><\/keySet><\/DescribeKeyPairsResponse>$/,
    );
  });
});
