// boto3 and the AWS CLI launch instances, wait for them, and act on them; and what Terraform asks of EC2 is asked again, in its order.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programEnvironment } from "../../cli/exec.ts";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith } from "../requires.ts";
import type { Asked } from "./calls/asked.ts";
import { runCli } from "./client.ts";
import { awsCli1, awsCli2, boto3, PYTHON } from "./software.ts";

interface Answered {
  readonly operation: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly lost?: readonly string[];
  readonly error?: readonly [code: string, status: number, message: string];
}

const USER = { user: "alice" };
const profile = (Name: string) => ({ IamInstanceProfile: { Name } });
const instance = { InstanceId: "$id" };
const instances = { InstanceIds: ["$id"] };
const attribute = (Attribute: string): Asked => ["DescribeInstanceAttribute", { ...instance, Attribute }];

const begin = () =>
  simulate({
    configuration: {
      roles: { first: { trust: "ec2.amazonaws.com" }, second: { trust: "ec2.amazonaws.com" } },
      users: { alice: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 } },
    },
  });

describeWith([boto3], "boto3", () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await begin();
  });
  afterAll(() => simulation.close());

  async function ask(calls: readonly Asked[]): Promise<Answered[]> {
    const env = programEnvironment(process.env, await simulation.environment(USER));
    const child = spawn(PYTHON, [join(import.meta.dirname, "ec2-client.py")], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(JSON.stringify(calls));
    const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }
  /** All must succeed, and boto3 must know every element of the answers. */
  async function succeed(calls: readonly Asked[]) {
    const answers = await ask(calls);
    const faults = answers.map(({ operation, error, lost = [] }) => [operation, error ?? lost]);
    expect(faults).toEqual(calls.map(([operation]) => [operation, []]));
    return answers.map(({ value }) => value);
  }

  test("launches with a profile, waits, changes it, and ends it", async () => {
    const answers = await succeed([
      [
        "RunInstances",
        { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.nano", MinCount: 1, MaxCount: 1, ...profile("first") },
        { id: "Instances.0.InstanceId" },
      ],
      ["wait instance_running", instances],
      ["wait instance_status_ok", instances],
      ["DescribeInstances", instances],
      [
        "DescribeIamInstanceProfileAssociations",
        { Filters: [{ Name: "instance-id", Values: ["$id"] }] },
        { association: "IamInstanceProfileAssociations.0.AssociationId" },
      ],
      [
        "ReplaceIamInstanceProfileAssociation",
        { AssociationId: "$association", ...profile("second") },
        { association: "IamInstanceProfileAssociation.AssociationId" },
      ],
      ["DisassociateIamInstanceProfile", { AssociationId: "$association" }],
      ["AssociateIamInstanceProfile", { ...instance, ...profile("first") }],
      ["ModifyInstanceMetadataOptions", { ...instance, HttpTokens: "optional", InstanceMetadataTags: "enabled" }],
      ["CreateTags", { Resources: ["$id"], Tags: [{ Key: "Name", Value: "web" }] }],
      ["DescribeTags", {}],
      ["DeleteTags", { Resources: ["$id"], Tags: [{ Key: "Name" }] }],
      ["StopInstances", instances],
      ["wait instance_stopped", instances],
      ["StartInstances", instances],
      ["wait instance_running", instances],
      ["RebootInstances", instances],
      ["GetConsoleOutput", instance],
      ["DescribeInstanceStatus", instances],
      ["ModifyInstanceMetadataDefaults", { HttpTokens: "required" }],
      ["GetInstanceMetadataDefaults", {}],
      ["ModifyInstanceMetadataDefaults", { HttpTokens: "no-preference" }],
      ["TerminateInstances", instances],
      ["wait instance_terminated", instances],
    ]);
    expect(answers[3]).toMatchObject({
      Reservations: [
        {
          Instances: [
            {
              State: { Name: "running" },
              IamInstanceProfile: { Arn: "arn:aws:iam::123456789012:instance-profile/first" },
            },
          ],
        },
      ],
    });
  });

  test("knows every element of every list", async () => {
    const launch = { ImageId: "ami-0123456789abcdef0", MinCount: 1, MaxCount: 1, KeyName: "mine" };
    const lists = [
      ...["Instances", "Images", "Volumes", "Vpcs", "Subnets", "SecurityGroups", "NetworkInterfaces", "KeyPairs"],
      ...["Regions", "AvailabilityZones", "AccountAttributes", "InstanceCreditSpecifications", "Tags"],
    ];
    const answers = await succeed([
      ["RunInstances", launch, { id: "Instances.0.InstanceId" }],
      ...lists.map((list): Asked => [`Describe${list}`, {}]),
      ["DescribeInstanceTypes", { InstanceTypes: ["t3.micro"] }],
      ["DescribeInstanceTypeOfferings", { Filters: [{ Name: "instance-type", Values: ["t3.*"] }] }],
      ["TerminateInstances", instances],
    ]);
    expect(answers).toHaveLength(lists.length + 4);
  });

  test("what Terraform asks for an AMI and an instance: read, applied, refreshed, destroyed", async () => {
    const [{ operation, error } = { operation: "" }] = (
      await ask([
        [
          "DescribeImages",
          { Owners: ["amazon"], Filters: [{ Name: "name", Values: ["al2023-ami-2023*-x86_64"] }] },
          { image: "Images.0.ImageId" },
        ],
        ["GetInstanceUefiData", { InstanceId: "i-0123456789abcdef0" }],
      ])
    ).slice(1);
    expect([operation, error?.[1]]).toEqual(["GetInstanceUefiData", 400]);
    const refresh: Asked[] = [
      [
        "DescribeInstances",
        instances,
        {
          vpc: "Reservations.0.Instances.0.VpcId",
          volume: "Reservations.0.Instances.0.BlockDeviceMappings.0.Ebs.VolumeId",
        },
      ],
      ["DescribeInstanceTypes", { InstanceTypes: ["t3.micro"] }],
      ["DescribeVpcs", { VpcIds: ["$vpc"] }],
      ["DescribeTags", { Filters: [{ Name: "resource-id", Values: ["$id"] }] }],
      ["DescribeVolumes", { VolumeIds: ["$volume"] }],
      ...["disableApiStop", "disableApiTermination", "instanceInitiatedShutdownBehavior", "userData"].map(attribute),
      ["DescribeInstanceCreditSpecifications", instances],
    ];
    const answers = await succeed([
      [
        "DescribeImages",
        { Owners: ["amazon"], Filters: [{ Name: "name", Values: ["al2023-ami-2023*-x86_64"] }] },
        { image: "Images.0.ImageId" },
      ],
      ["DescribeImages", { ImageIds: ["$image"] }],
      [
        "RunInstances",
        {
          ...{
            ClientToken: "terraform-20261124000000000000000001",
            ImageId: "$image",
            InstanceType: "t3.micro",
            MinCount: 1,
            MaxCount: 1,
          },
          ...profile("first"),
          ...{ MetadataOptions: { HttpTokens: "required" }, UserData: Buffer.from("#!/bin/sh").toString("base64") },
          TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "tf" }] }],
        },
        { id: "Instances.0.InstanceId" },
      ],
      ...refresh,
      ...refresh,
      ["ModifyInstanceAttribute", { ...instance, DisableApiTermination: { Value: false } }],
      ["ModifyInstanceAttribute", { ...instance, DisableApiStop: { Value: false } }],
      ["TerminateInstances", instances],
      ["wait instance_terminated", instances],
      ["DescribeInstances", instances],
    ]);
    expect(answers.at(-1)).toMatchObject({ Reservations: [{ Instances: [{ State: { Name: "terminated" } }] }] });
  });
});

for (const [name, need] of [
  ["AWS CLI v1", awsCli1],
  ["AWS CLI v2 of Debian", awsCli2],
] as const) {
  describeWith([need], name, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await begin();
    });
    afterAll(() => simulation.close());
    const ec2 = async (...words: string[]) => {
      const { status, output, errors } = await runCli(
        name,
        simulation,
        ["ec2", ...words, "--output", "json"],
        {},
        USER,
      );
      expect([words[0], status, errors]).toEqual([words[0], 0, ""]);
      return output === "" ? {} : JSON.parse(output);
    };

    test("launches with a profile, waits, describes, attaches, replaces, takes away, and ends", async () => {
      const launched = await ec2(
        "run-instances",
        "--image-id",
        "ami-0123456789abcdef0",
        "--iam-instance-profile",
        "Name=first",
      );
      const id: string = launched.Instances[0].InstanceId;
      await ec2("wait", "instance-running", "--instance-ids", id);
      const filter = `Name=instance-id,Values=${id}`;
      const { Reservations } = await ec2("describe-instances", "--filters", "Name=instance-state-name,Values=running");
      expect(Reservations[0].Instances[0].InstanceId).toBe(id);
      const told = async () => {
        const { IamInstanceProfileAssociations: all } = await ec2(
          "describe-iam-instance-profile-associations",
          "--filters",
          filter,
        );
        return all.map((each: { AssociationId: string; State: string }) => each);
      };
      const [{ AssociationId }] = await told();
      await ec2(
        "replace-iam-instance-profile-association",
        "--association-id",
        AssociationId,
        "--iam-instance-profile",
        "Name=second",
      );
      const [second] = await told();
      expect(second).toMatchObject({
        State: "associated",
        IamInstanceProfile: { Arn: expect.stringMatching(/second$/) },
      });
      await ec2("disassociate-iam-instance-profile", "--association-id", second.AssociationId);
      expect(await told()).toEqual([]);
      await ec2("associate-iam-instance-profile", "--instance-id", id, "--iam-instance-profile", "Name=first");
      const { InstanceMetadataOptions } = await ec2(
        "modify-instance-metadata-options",
        "--instance-id",
        id,
        "--http-tokens",
        "optional",
      );
      expect(InstanceMetadataOptions).toMatchObject({ State: "pending", HttpTokens: "optional" });
      const env = await simulation.environment({ instance: id });
      expect(
        await (await fetch(`${env.variables.AWS_EC2_METADATA_SERVICE_ENDPOINT}latest/meta-data/instance-id`)).text(),
      ).toBe(id);
      const identity = await runCli(
        name,
        simulation,
        ["sts", "get-caller-identity", "--output", "json"],
        {},
        { instance: id },
      );
      expect(JSON.parse(identity.output).Arn).toBe(`arn:aws:sts::123456789012:assumed-role/first/${id}`);
      await ec2("terminate-instances", "--instance-ids", id);
      await ec2("wait", "instance-terminated", "--instance-ids", id);
      const refused = await runCli(name, simulation, ["ec2", "start-instances", "--instance-ids", id], {}, USER);
      expect(refused.errors).toContain(
        `An error occurred (IncorrectInstanceState) when calling the StartInstances operation: The instance '${id}' is not in a state from which it can be started.`,
      );
    });
  });
}
