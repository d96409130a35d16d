// Metadata options, the account's defaults for them, tags and attributes: what is set by the API is what IMDS does.

import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  GetInstanceMetadataDefaultsCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataDefaultsCommand,
  ModifyInstanceMetadataOptionsCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { CONFIGURATION, launch, metadata, refusal, type World, world } from "./world.ts";

const modify = (InstanceId: string, more: object) => new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...more });
const tagsIn = async (w: World, Filters: { Name: string; Values: string[] }[] = []) =>
  ((await w.ec2().send(new DescribeTagsCommand({ Filters }))).Tags ?? []).map(
    ({ ResourceType, Key, Value }) => `${ResourceType} ${Key}=${Value}`,
  );
async function optionsOf({ ec2 }: World, id: string) {
  const { Reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.MetadataOptions;
}

describe("metadata options", () => {
  test("are pending, then applied, and the metadata service keeps to them", async () => {
    await using w = await world({ delays: "ec2" });
    const id = await launch(w.ec2(), { MetadataOptions: { HttpTokens: "optional" } });
    await w.simulation.clock.advance("5s");
    const { variables } = await w.simulation.environment({ instance: id });
    const without = async () => (await fetch(`${variables.AWS_EC2_METADATA_SERVICE_ENDPOINT}latest/meta-data/`)).status;
    expect(await without()).toBe(200);
    const { InstanceId, InstanceMetadataOptions } = await w.ec2().send(modify(id, { HttpTokens: "required" }));
    const after = { HttpTokens: "required", HttpEndpoint: "enabled", HttpPutResponseHopLimit: 2 };
    expect({ InstanceId, ...InstanceMetadataOptions }).toMatchObject({ InstanceId: id, State: "pending", ...after });
    expect([await optionsOf(w, id), await without()]).toMatchObject([
      { State: "pending", HttpTokens: "required" },
      200,
    ]);
    await w.simulation.clock.advance("3s");
    expect([await optionsOf(w, id), await without()]).toMatchObject([
      { State: "applied", HttpTokens: "required" },
      401,
    ]);
    // Nothing new is pending at first all the same.
    const again = await w.ec2().send(modify(id, { HttpTokens: "required" }));
    expect(again.InstanceMetadataOptions?.State).toBe("pending");
    await w.ec2().send(modify(id, { HttpEndpoint: "disabled" }));
    await w.simulation.clock.advance("3s");
    expect(await without()).toBe(403);
  });

  test("IPv6 listens once an instance has it", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), { MetadataOptions: { HttpProtocolIpv6: "enabled", HttpTokens: "optional" } });
    const { port } = new URL(w.simulation.urls.imds);
    expect(await (await fetch(`http://[::1]:${port}/latest/meta-data/instance-id`)).text()).toBe(id);
  });

  test.each<[object, string]>([
    [
      { HttpPutResponseHopLimit: 65 },
      "InvalidParameterValue 400: Value (65) for parameter HttpPutResponseHopLimit is invalid. The valid range is 1 to 64.",
    ],
    [{ HttpTokens: "maybe" }, "InvalidParameterValue 400: Value (maybe) for parameter httpTokens is invalid."],
    [
      { InstanceMetadataTags: "enabled" },
      "InvalidParameterValue 400: 'a b' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')",
    ],
  ])("refused: %j", async (more, text) => {
    await using w = await world();
    const id = await launch(w.ec2(), {
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "a b", Value: "" }] }],
    });
    expect(await refusal(w.ec2().send(modify(id, more)))).toBe(text);
  });

  test("what is to be set can be forbidden by name and value", async () => {
    const Statement = [
      { Effect: "Allow", Action: "ec2:ModifyInstanceMetadataOptions", Resource: "*" },
      {
        Effect: "Deny",
        Action: "ec2:ModifyInstanceMetadataOptions",
        Resource: "*",
        Condition: { StringEquals: { "ec2:Attribute/HttpTokens": "optional" } },
      },
    ];
    const idle = { ...CONFIGURATION.users?.idle, policies: { own: { Version: "2012-10-17", Statement } } };
    await using w = await world({ users: { ...CONFIGURATION.users, idle } as never });
    const id = await launch(w.ec2());
    expect(await refusal(w.ec2("idle").send(modify(id, { HttpTokens: "required" })))).toBe("nothing was refused");
    expect(await refusal(w.ec2("idle").send(modify(id, { HttpTokens: "optional" })))).toMatch(/^UnauthorizedOperation/);
  });
});

describe("the account's defaults", () => {
  const defaults = async ({ ec2 }: World) => {
    const { AccountLevel } = await ec2().send(new GetInstanceMetadataDefaultsCommand({}));
    return AccountLevel;
  };
  const set = ({ ec2 }: World, more: object) => ec2().send(new ModifyInstanceMetadataDefaultsCommand(more));

  test("hold for new instances, less than what a launch says", async () => {
    await using w = await world();
    expect(await defaults(w)).toEqual({ ManagedBy: "account" });
    const before = await launch(w.ec2());
    const wanted = { HttpTokens: "optional", HttpPutResponseHopLimit: 5, InstanceMetadataTags: "enabled" } as const;
    expect((await set(w, wanted)).Return).toBe(true);
    expect(await defaults(w)).toEqual({ ...wanted, ManagedBy: "account" });
    expect(await optionsOf(w, await launch(w.ec2()))).toMatchObject(wanted);
    const own = { HttpTokens: "required", HttpPutResponseHopLimit: 1 } as const;
    expect(await optionsOf(w, await launch(w.ec2(), { MetadataOptions: own }))).toMatchObject({ ...wanted, ...own });
    expect(await optionsOf(w, before)).toMatchObject({ HttpTokens: "required", HttpPutResponseHopLimit: 2 });
    await set(w, { HttpTokens: "no-preference", HttpPutResponseHopLimit: -1 });
    expect(await defaults(w)).toEqual({ InstanceMetadataTags: "enabled", ManagedBy: "account" });
    await w.simulation.reset();
    expect(await defaults(w)).toEqual({ ManagedBy: "account" });
  });

  test("may enforce IMDSv2", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), { MetadataOptions: { HttpTokens: "optional" } });
    await set(w, { HttpTokensEnforced: "enabled" });
    const text =
      /^UnsupportedOperation 400: You can't .* IMDSv1 because httpTokensEnforced is enabled for this account\./;
    expect(await refusal(launch(w.ec2(), { MetadataOptions: { HttpTokens: "optional" } }))).toMatch(text);
    expect(await refusal(w.ec2().send(modify(id, { HttpTokens: "optional" })))).toMatch(text);
    expect(await refusal(launch(w.ec2()))).toBe("nothing was refused");
  });
});

describe("tags", () => {
  test("of an instance are seen by it, with EC2's delays after three seconds", async () => {
    await using w = await world({ delays: "ec2" });
    const id = await launch(w.ec2(), { MetadataOptions: { InstanceMetadataTags: "enabled" } });
    await w.simulation.clock.advance("5s");
    const Tags = [
      { Key: "Name", Value: "web" },
      { Key: "old", Value: "1" },
      { Key: "empty", Value: "" },
    ];
    await w.ec2().send(new CreateTagsCommand({ Resources: [id], Tags }));
    expect(await tagsIn(w)).toEqual(["instance Name=web", "instance old=1", "instance empty="]);
    expect(await metadata(w, id, "meta-data/tags/instance/")).toBe(404);
    await w.simulation.clock.advance("3s");
    expect(await metadata(w, id, "meta-data/tags/instance/")).toBe("Name\nempty\nold");
    // Only what has that value goes; without a value whatever it has.
    const going = [{ Key: "Name", Value: "other" }, { Key: "old" }, { Key: "none" }];
    await w.ec2().send(new DeleteTagsCommand({ Resources: [id], Tags: going }));
    await w.simulation.clock.advance("3s");
    expect(await metadata(w, id, "meta-data/tags/instance/")).toBe("Name\nempty");
    await w.ec2().send(new DeleteTagsCommand({ Resources: [id] }));
    expect(await tagsIn(w)).toEqual([]);
  });

  test("of other resources, and filters on all", async () => {
    await using w = await world();
    const id = await launch(w.ec2());
    const { Reservations } = await w.ec2().send(new DescribeInstancesCommand({}));
    const { VpcId = "", BlockDeviceMappings } = Reservations?.[0]?.Instances?.[0] ?? {};
    const volume = BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? "";
    await w
      .ec2()
      .send(new CreateTagsCommand({ Resources: [id, VpcId, volume], Tags: [{ Key: "team", Value: "red" }] }));
    await w.ec2().send(new DeleteTagsCommand({ Resources: [VpcId], Tags: [{ Key: "team" }] }));
    await w.ec2().send(new CreateTagsCommand({ Resources: [VpcId], Tags: [{ Key: "Name", Value: "main" }] }));
    expect((await tagsIn(w)).sort()).toEqual(["instance team=red", "volume team=red", "vpc Name=main"]);
    expect((await tagsIn(w, [{ Name: "resource-type", Values: ["v*"] }])).sort()).toEqual([
      ...["volume team=red", "vpc Name=main"],
    ]);
    expect(await tagsIn(w, [{ Name: "key", Values: ["Name"] }])).toEqual(["vpc Name=main"]);
    expect(await tagsIn(w, [{ Name: "resource-id", Values: [id] }])).toEqual(["instance team=red"]);
    await w.simulation.reset();
    expect(await tagsIn(w)).toEqual([]);
  });

  test.each<[string[], object[], string]>([
    [
      ["i-0123456789abcdef0"],
      [{ Key: "a", Value: "" }],
      "InvalidInstanceID.NotFound 400: The instance ID 'i-0123456789abcdef0' does not exist",
    ],
    [["nonsense"], [{ Key: "a", Value: "" }], "InvalidID 400: The ID 'nonsense' is not valid"],
    [
      ["vpc-0123456789abcdef0"],
      [{ Key: "aws:a", Value: "" }],
      "InvalidParameterValue 400: Tag keys starting with 'aws:' are reserved for internal use",
    ],
    [
      ["vpc-0123456789abcdef0"],
      Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" })),
      "TagLimitExceeded 400: More than 50 tags specified",
    ],
  ])("refused: %j", async (Resources, Tags, text) => {
    await using w = await world();
    expect(await refusal(w.ec2().send(new CreateTagsCommand({ Resources, Tags: Tags as never })))).toBe(text);
  });
});

describe("attributes", () => {
  const read = async ({ ec2 }: World, InstanceId: string, Attribute: string) => {
    const {
      $metadata: _,
      InstanceId: __,
      ...rest
    } = await ec2().send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: Attribute as never }));
    return Object.values(rest)[0];
  };
  const write = ({ ec2 }: World, InstanceId: string, more: object) =>
    ec2().send(new ModifyInstanceAttributeCommand({ InstanceId, ...more }));

  test("are told one at a time, as they are at the launch", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), { InstanceInitiatedShutdownBehavior: "terminate", DisableApiStop: true });
    const rows = {
      disableApiStop: { Value: true },
      disableApiTermination: { Value: false },
      instanceInitiatedShutdownBehavior: { Value: "terminate" },
      userData: {},
      instanceType: { Value: "t3.micro" },
      rootDeviceName: { Value: "/dev/xvda" },
      sourceDestCheck: { Value: true },
      enaSupport: { Value: true },
      enclaveOptions: { Enabled: false },
      productCodes: [],
    };
    for (const [name, value] of Object.entries(rows)) expect([name, await read(w, id, name)]).toEqual([name, value]);
    expect(await read(w, id, "groupSet")).toMatchObject([{ GroupName: "default" }]);
    expect(await read(w, id, "blockDeviceMapping")).toMatchObject([{ DeviceName: "/dev/xvda" }]);
  });

  test("can be changed, in both ways to write it; type and user data while it is stopped", async () => {
    await using w = await world();
    const id = await launch(w.ec2());
    await write(w, id, { DisableApiTermination: { Value: true } });
    expect(await read(w, id, "disableApiTermination")).toEqual({ Value: true });
    await write(w, id, { Attribute: "disableApiTermination", Value: "false" });
    expect(await read(w, id, "disableApiTermination")).toEqual({ Value: false });
    const UserData = { Value: Buffer.from("new") };
    expect(await refusal(write(w, id, { UserData }))).toBe(
      `IncorrectInstanceState 400: The instance '${id}' is not in the 'stopped' state.`,
    );
    await w.ec2().send(new StopInstancesCommand({ InstanceIds: [id] }));
    await write(w, id, { UserData });
    await write(w, id, { InstanceType: { Value: "m5.large" } });
    expect(await read(w, id, "userData")).toEqual({ Value: Buffer.from("new").toString("base64") });
    await w.ec2().send(new StartInstancesCommand({ InstanceIds: [id] }));
    expect([await metadata(w, id, "user-data"), await metadata(w, id, "meta-data/instance-type")]).toEqual([
      "new",
      "m5.large",
    ]);
    expect(await refusal(write(w, id, {}))).toBe("InvalidParameterCombination 400: No attributes specified.");
    expect(await refusal(write(w, id, { InstanceType: { Value: "x9.huge" } }))).toBe(
      "InvalidParameterValue 400: Invalid value 'x9.huge' for InstanceType.",
    );
  });
});
