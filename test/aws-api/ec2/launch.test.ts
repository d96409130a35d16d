// Instances that RunInstances makes: what the API and the metadata service tell of them, and who may launch what.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DecodeAuthorizationMessageCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  CONFIGURATION,
  IMAGE,
  launch,
  metadata,
  PEOPLE,
  type Person,
  refusal,
  START,
  type World,
  world,
} from "./world.ts";

const FIRST = { IamInstanceProfile: { Name: "first" } };
const run = (more: object = {}) => new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1, ...more });
const tagged = (tags: Record<string, string>, ResourceType = "instance") => ({
  ResourceType,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
const keysOf = async (w: World, id: string, role = "first") =>
  JSON.parse(String(await metadata(w, id, `meta-data/iam/security-credentials/${role}`)));

describe("an instance that was launched", () => {
  test("is told of by its metadata service at once, as by the API", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), {
      ...FIRST,
      InstanceType: "t4g.small",
      KeyName: "mine",
      UserData: Buffer.from("#!/bin/sh\n").toString("base64"),
      PrivateIpAddress: "172.31.0.77",
      MetadataOptions: { InstanceMetadataTags: "enabled", HttpPutResponseHopLimit: 3 },
      TagSpecifications: [tagged({ Name: "web", team: "red" })],
      InstanceMarketOptions: { MarketType: "spot" },
    });
    const { Reservations = [] } = await w.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const [told] = Reservations[0]?.Instances ?? [];
    expect(told).toMatchObject({
      State: { Name: "running", Code: 16 },
      Architecture: "arm64",
      InstanceLifecycle: "spot",
      IamInstanceProfile: { Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/first` },
      MetadataOptions: { State: "applied", HttpTokens: "required", HttpPutResponseHopLimit: 3 },
      LaunchTime: new Date(START),
    });
    const [connection] = told?.NetworkInterfaces ?? [];
    const paths = {
      "meta-data/instance-id": id,
      "meta-data/instance-type": "t4g.small",
      "meta-data/ami-id": IMAGE,
      "meta-data/reservation-id": Reservations[0]?.ReservationId,
      "meta-data/local-ipv4": told?.PrivateIpAddress,
      "meta-data/local-hostname": told?.PrivateDnsName,
      "meta-data/mac": connection?.MacAddress,
      [`meta-data/network/interfaces/macs/${connection?.MacAddress}/subnet-id`]: told?.SubnetId,
      [`meta-data/network/interfaces/macs/${connection?.MacAddress}/vpc-id`]: told?.VpcId,
      [`meta-data/network/interfaces/macs/${connection?.MacAddress}/security-group-ids`]:
        told?.SecurityGroups?.[0]?.GroupId,
      "meta-data/placement/availability-zone": told?.Placement?.AvailabilityZone,
      "meta-data/instance-life-cycle": "spot",
      "meta-data/tags/instance/": "Name\nteam",
      "meta-data/tags/instance/Name": "web",
      "user-data": "#!/bin/sh\n",
    };
    for (const [path, value] of Object.entries(paths))
      expect([path, await metadata(w, id, path)]).toEqual([path, value]);
    expect(await metadata(w, id, "meta-data/public-keys/0/openssh-key")).toMatch(/^ssh-ed25519 .* mine\n?$/);
    expect(told?.PrivateIpAddress).toBe("172.31.0.77");
  });

  test("has its profile's credentials, and they are a session of its own", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), FIRST);
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Code,
    } = await keysOf(w, id);
    expect(Code).toBe("Success");
    const sts = new STSClient({
      region: "us-east-1",
      endpoint: w.simulation.urls.aws,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/first/${id}`);
    expect(await w.simulation.announcements()).toContainEqual(
      expect.objectContaining({ kind: "issued", instanceId: id, roleName: "first", accessKeyId }),
    );
    await w.simulation.clock.advance("1h");
    expect((await keysOf(w, id)).AccessKeyId).not.toBe(accessKeyId);
  });

  test("answers to its private address, and to an unknown caller where it is the only one", async () => {
    await using w = await world();
    const { imds } = w.simulation.urls;
    expect((await fetch(`${imds}/latest/meta-data/`)).status).toBe(403);
    const id = await launch(w.ec2(), { MetadataOptions: { HttpTokens: "optional" } });
    const unknown = async () => {
      const reply = await fetch(`${imds}/latest/meta-data/instance-id`);
      return reply.status === 200 ? reply.text() : reply.status;
    };
    expect(await unknown()).toBe(id);
    const second = await launch(w.ec2(), { MetadataOptions: { HttpTokens: "optional" } });
    expect(await unknown()).toBe(403);
    await w.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await unknown()).toBe(second);
  });

  test("takes no program's identity away: an unknown caller stays the only instance of the configuration", async () => {
    await using w = await world({ instances: { demo: { metadataOptions: { httpTokens: "optional" } } } });
    const { imds } = w.simulation.urls;
    const before = await (await fetch(`${imds}/latest/meta-data/instance-id`)).text();
    const id = await launch(w.ec2());
    expect(await (await fetch(`${imds}/latest/meta-data/instance-id`)).text()).toBe(before);
    expect(await metadata(w, id, "meta-data/instance-id")).toBe(id);
    expect((await w.simulation.state()).instances.map(({ name }) => name)).toEqual(["demo", id]);
    await w.simulation.act("stop"); // the demo, whom a verb without a name means
    expect(await metadata(w, id, "meta-data/instance-id")).toBe(id);
  });

  test("stays when a configuration is read again, and a reset takes it away", async () => {
    await using w = await world({ instances: { demo: {} } });
    const id = await launch(w.ec2(), FIRST);
    const keys = await keysOf(w, id);
    await w.simulation.configure({ ...CONFIGURATION, instances: { demo: {}, other: {} }, rotation: { every: "30m" } });
    expect(await keysOf(w, id)).toEqual(keys);
    await w.simulation.reset();
    await expect(w.simulation.environment({ instance: id })).rejects.toThrow(`there is no instance "${id}"`);
    const gone = w.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    expect(await refusal(gone)).toBe(`InvalidInstanceID.NotFound 400: The instance ID '${id}' does not exist`);
  });

  test("survives a restart, with the same credentials", async () => {
    const data = mkdtempSync(join(tmpdir(), "mayfly-ec2-"));
    try {
      let id = "";
      let keys: unknown;
      {
        await using w = await world({}, { data });
        id = await launch(w.ec2(), { ...FIRST, TagSpecifications: [tagged({ Name: "kept" })] });
        keys = await keysOf(w, id);
      }
      await using w = await world({}, { data }, "again");
      expect(await keysOf(w, id)).toEqual(keys);
      const { Reservations = [] } = await w.ec2().send(new DescribeInstancesCommand({}));
      expect(Reservations[0]?.Instances?.[0]).toMatchObject({ InstanceId: id, Tags: [{ Key: "Name", Value: "kept" }] });
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  test("is one of many, with addresses of their own", async () => {
    await using w = await world();
    const { Instances = [], ReservationId } = await w.ec2().send(run({ MinCount: 1, MaxCount: 40 }));
    expect(new Set(Instances.map(({ PrivateIpAddress }) => PrivateIpAddress)).size).toBe(40);
    expect(Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    const { Reservations = [] } = await w.ec2().send(new DescribeInstancesCommand({}));
    expect(Reservations.map((each) => [each.ReservationId, each.Instances?.length])).toEqual([[ReservationId, 40]]);
  });

  test("has volumes as they were asked for, and tags on them", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), {
      BlockDeviceMappings: [
        { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 30, VolumeType: "gp2" } },
        { DeviceName: "/dev/sdf", Ebs: { VolumeSize: 100, Encrypted: true, DeleteOnTermination: true } },
      ],
      TagSpecifications: [tagged({ disk: "yes" }, "volume")],
    });
    const { Volumes = [] } = await w.ec2().send(new DescribeVolumesCommand({}));
    expect(Volumes).toMatchObject([
      { Size: 30, VolumeType: "gp2", Encrypted: false, Attachments: [{ InstanceId: id, Device: "/dev/xvda" }] },
      { Size: 100, VolumeType: "gp3", Encrypted: true, Tags: [{ Key: "disk", Value: "yes" }] },
    ]);
    expect(await metadata(w, id, "meta-data/block-device-mapping/ebs1")).toBe("sdf");
  });
});

describe("the same call again", () => {
  test("with its token makes nothing new, and with other wishes is refused", async () => {
    await using w = await world();
    const first = await w.ec2().send(run({ ClientToken: "once" }));
    const again = await w.ec2().send(run({ ClientToken: "once" }));
    expect(again.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId);
    expect(await refusal(w.ec2().send(run({ ClientToken: "once", MaxCount: 2 })))).toBe(
      "IdempotentParameterMismatch 400: Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    );
    const { Reservations = [] } = await w.ec2().send(new DescribeInstancesCommand({}));
    expect(Reservations).toHaveLength(1);
  });

  test("as a dry run says what would be, and makes nothing", async () => {
    await using w = await world();
    expect(await refusal(w.ec2().send(run({ DryRun: true })))).toBe(
      "DryRunOperation 412: Request would have succeeded, but DryRun flag is set.",
    );
    expect(await refusal(w.ec2("idle").send(run({ DryRun: true })))).toMatch(/^UnauthorizedOperation 403: /);
    expect((await w.ec2().send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  });
});

describe("who may launch", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w[Symbol.asyncDispose]());

  const arn = (resource: string, account = ACCOUNT) => `arn:aws:ec2:us-east-1:${account}:${resource}`;
  const denied = (resource: string, person: string, action = "ec2:RunInstances") =>
    `UnauthorizedOperation 403: You are not authorized to perform this operation. User: arn:aws:iam::${ACCOUNT}:user/${person} is not ` +
    `authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action. ` +
    "Encoded authorization failure message: ";

  test.each<[Person, object, string | undefined]>([
    ["idle", {}, denied(arn("instance/*"), "idle")],
    ["launcher", {}, undefined],
    ["launcher", FIRST, denied(`arn:aws:iam::${ACCOUNT}:role/first`, "launcher", "iam:PassRole")],
    ["launcher", { IamInstanceProfile: { Name: "empty" } }, undefined],
    ["passer", FIRST, undefined],
    ["passer", { IamInstanceProfile: { Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/first` } }, undefined],
    [
      "passer",
      { IamInstanceProfile: { Name: "second" } },
      denied(`arn:aws:iam::${ACCOUNT}:role/second`, "passer", "iam:PassRole"),
    ],
    ["careful", {}, undefined],
    ["careful", { MetadataOptions: { HttpTokens: "required" } }, undefined],
    ["careful", { MetadataOptions: { HttpTokens: "optional" } }, denied(arn("instance/*"), "careful")],
  ])("%s %j", async (person, more, text) => {
    const said = await refusal(w.ec2(person).send(run(more)));
    if (text === undefined) expect(said).toBe("nothing was refused");
    else expect(said.startsWith(text)).toBe(true);
  });

  test("each resource of a launch is asked for, with its own keys", async () => {
    const only = (Resource: string | string[], Condition?: object) => [
      { Effect: "Allow", Action: ["ec2:RunInstances", "ec2:CreateTags"], Resource: "*" },
      { Effect: "Deny", Action: "ec2:*", Resource, ...(Condition && { Condition }) },
    ];
    const rows: [string, object[], object][] = [
      [
        "instance type",
        only("arn:aws:ec2:*:*:instance/*", { StringEquals: { "ec2:InstanceType": "m5.large" } }),
        { InstanceType: "m5.large" },
      ],
      ["image", only(`arn:aws:ec2:*::image/${IMAGE}`), {}],
      ["subnet", only("arn:aws:ec2:*:*:subnet/*", { ArnLike: { "ec2:Vpc": "arn:aws:ec2:*:*:vpc/*" } }), {}],
      ["security group", only("arn:aws:ec2:*:*:security-group/*"), {}],
      ["interface", only("arn:aws:ec2:*:*:network-interface/*"), {}],
      [
        "volume",
        only("arn:aws:ec2:*:*:volume/*", { NumericGreaterThan: { "ec2:VolumeSize": "20" } }),
        { BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 21 } }] },
      ],
      ["key pair", only("arn:aws:ec2:*:*:key-pair/mine"), { KeyName: "mine" }],
      [
        "tag",
        only("arn:aws:ec2:*:*:instance/*", { StringEquals: { "aws:RequestTag/team": "blue" } }),
        { TagSpecifications: [tagged({ team: "blue" })] },
      ],
      [
        "tag action",
        only("*", { StringEquals: { "ec2:CreateAction": "RunInstances" } }),
        { TagSpecifications: [tagged({ team: "red" })] },
      ],
      [
        "hop limit",
        only("*", { NumericGreaterThan: { "ec2:MetadataHttpPutResponseHopLimit": "3" } }),
        { MetadataOptions: { HttpPutResponseHopLimit: 4 } },
      ],
      [
        "profile",
        only("*", { ArnLike: { "ec2:InstanceProfile": "arn:aws:iam::*:instance-profile/empty" } }),
        { IamInstanceProfile: { Name: "empty" } },
      ],
      [
        "market",
        only("*", { StringEquals: { "ec2:InstanceMarketType": "spot" } }),
        { InstanceMarketOptions: { MarketType: "spot" } },
      ],
    ];
    for (const [what, Statement, more] of rows) {
      const idle = { ...CONFIGURATION.users?.idle, policies: { own: { Version: "2012-10-17", Statement } } };
      await using w = await world({ users: { ...CONFIGURATION.users, idle } as never });
      expect([what, await refusal(w.ec2("idle").send(run(more)))]).toEqual([
        what,
        expect.stringMatching(/^UnauthorizedOperation .* with an explicit deny in an identity-based policy/),
      ]);
      expect([what, await refusal(w.ec2().send(run(more)))]).toEqual([what, "nothing was refused"]);
    }
  });

  test("the message of a refusal is decoded by who may", async () => {
    const EncodedMessage = (await refusal(w.ec2("idle").send(run()))).split("failure message: ")[1];
    const admin = { accessKeyId: PEOPLE.admin, secretAccessKey: PEOPLE.admin.padEnd(40, "x") };
    const sts = new STSClient({ region: "us-east-1", endpoint: w.simulation.urls.aws, credentials: admin });
    const { DecodedMessage = "" } = await sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
    const { allowed, context } = JSON.parse(DecodedMessage);
    expect(allowed).toBe(false);
    expect(context).toMatchObject({ action: "ec2:RunInstances", resource: arn("instance/*") });
    expect(context.conditions.items).toContainEqual({
      key: "ec2:metadatahttptokens",
      values: { items: [{ value: "required" }] },
    });
  });
});

describe("what no launch can have", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w[Symbol.asyncDispose]());

  test.each<[object, string]>([
    [{ ImageId: undefined }, "MissingParameter 400: The request must contain the parameter ImageId"],
    [{ ImageId: "ami-bad" }, 'InvalidAMIID.Malformed 400: Invalid id: "ami-bad" (expecting "ami-...")'],
    [{ InstanceType: "x9.huge" }, "InvalidParameterValue 400: Invalid value 'x9.huge' for InstanceType."],
    [
      { IamInstanceProfile: { Name: "none" } },
      "InvalidParameterValue 400: Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    ],
    [
      { IamInstanceProfile: { Arn: "arn:aws:iam::123456789012:instance-profile/none" } },
      "InvalidParameterValue 400: Value (arn:aws:iam::123456789012:instance-profile/none) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN",
    ],
    [
      { SubnetId: "subnet-0123456789abcdef0" },
      "InvalidSubnetID.NotFound 400: The subnet ID 'subnet-0123456789abcdef0' does not exist",
    ],
    [
      { SecurityGroupIds: ["sg-0123456789abcdef0"] },
      "InvalidGroup.NotFound 400: The security group 'sg-0123456789abcdef0' does not exist",
    ],
    [
      { SecurityGroups: ["none"] },
      expect.stringMatching(
        /^InvalidGroup.NotFound 400: The security group 'none' does not exist in default VPC 'vpc-/,
      ) as never,
    ],
    [
      { Placement: { AvailabilityZone: "us-east-1z" } },
      "InvalidParameterValue 400: Invalid availability zone: [us-east-1z]",
    ],
    [
      { PrivateIpAddress: "10.0.0.5" },
      "InvalidParameterValue 400: Address 10.0.0.5 does not fall within the subnet's address range",
    ],
    [{ UserData: "#!" }, "InvalidUserData.Malformed 400: Invalid BASE64 encoding of user data."],
    [{ MinCount: 2 }, "InvalidParameterCombination 400: minCount (2) must be less than or equal to maxCount (1)."],
    [
      { MetadataOptions: { HttpTokens: "maybe" } },
      "InvalidParameterValue 400: Value (maybe) for parameter httpTokens is invalid.",
    ],
    [
      { TagSpecifications: [tagged({ "aws:x": "" })] },
      "InvalidParameterValue 400: Tag keys starting with 'aws:' are reserved for internal use",
    ],
    [
      { TagSpecifications: [tagged({ a: "" }, "vpc")] },
      "InvalidParameterValue 400: 'vpc' is not a valid taggable resource type for this operation.",
    ],
    [
      { TagSpecifications: [tagged({ "a b": "" })], MetadataOptions: { InstanceMetadataTags: "enabled" } },
      "InvalidParameterValue 400: 'a b' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')",
    ],
    [
      { NetworkInterfaces: [{ DeviceIndex: 0 }], SubnetId: "subnet-0123456789abcdef0" },
      "InvalidParameterCombination 400: Network interfaces and an instance-level subnet ID may not be specified on the same request",
    ],
  ])("%j", async (more, text) => {
    expect(await refusal(w.ec2().send(run(more)))).toEqual(text);
  });

  test("an address that is taken, until its holder is gone", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), { PrivateIpAddress: "172.31.0.9" });
    const again = () => refusal(w.ec2().send(run({ PrivateIpAddress: "172.31.0.9" })));
    expect(await again()).toBe("InvalidIPAddress.InUse 400: Address 172.31.0.9 is in use.");
    await w.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await again()).toBe("nothing was refused");
  });
});
