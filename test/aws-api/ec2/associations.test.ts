// Profiles that are attached, replaced and taken away: the texts of EC2, and its timeline, both captured in September 2026 (radkawar/stackd).

import { Sha256 } from "@aws-crypto/sha256-js";
import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DisassociateIamInstanceProfileCommand,
  type IamInstanceProfileAssociation,
  ReplaceIamInstanceProfileAssociationCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, CONFIGURATION, launch, metadata, PEOPLE, type Person, refusal, type World, world } from "./world.ts";

const UNKNOWN = "iip-assoc-0123456789abcdef0";
const ZEROS = "iip-assoc-00000000000000000";
const profile = (Name: string) => ({ IamInstanceProfile: { Name } });
const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`;

const short = ({ AssociationId = "", State, IamInstanceProfile }: IamInstanceProfileAssociation = {}) => ({
  id: AssociationId,
  told: `${IamInstanceProfile?.Arn?.split("/")[1]} ${State}`,
});

/** The verbs on one world. */
function verbs(w: World, id: string) {
  const client = w.ec2();
  const told = (answer: { IamInstanceProfileAssociation?: IamInstanceProfileAssociation | undefined }) =>
    short(answer.IamInstanceProfileAssociation);
  return {
    associate: async (name: string) =>
      told(await client.send(new AssociateIamInstanceProfileCommand({ InstanceId: id, ...profile(name) }))),
    replace: async (AssociationId: string, name: string) =>
      told(await client.send(new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, ...profile(name) }))),
    disassociate: async (AssociationId: string) =>
      told(await client.send(new DisassociateIamInstanceProfileCommand({ AssociationId }))),
    async list() {
      const { IamInstanceProfileAssociations = [] } = await client.send(
        new DescribeIamInstanceProfileAssociationsCommand({}),
      );
      return IamInstanceProfileAssociations.map((each) => short(each).told);
    },
    async shown() {
      const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      return Reservations?.[0]?.Instances?.[0]?.IamInstanceProfile?.Arn?.split("/")[1] ?? "none";
    },
    imds: () => metadata(w, id, "meta-data/iam/security-credentials/"),
    wait: (duration: string) => w.simulation.clock.advance(duration),
  };
}

describe("the timeline", () => {
  test("with EC2's delays: each step is told at once, and seen by the machine after three seconds", async () => {
    await using w = await world({ delays: "ec2" });
    const id = await launch(w.ec2());
    const { associate, replace, disassociate, list, shown, imds, wait } = verbs(w, id);
    const look = async () => [await list(), await shown(), await imds()];
    await wait("5s");
    expect(await look()).toEqual([[], "none", 404]);
    // Taken away while it was on its way: it never comes.
    const never = await associate("second");
    expect(never.told).toBe("second associating");
    await wait("400ms");
    expect(await disassociate(never.id)).toEqual({ id: never.id, told: "second disassociating" });
    expect(await list()).toEqual(["second disassociating"]);
    await wait("3s");
    expect(await look()).toEqual([[], "none", 404]);
    // Associated: shown by the API before the machine sees it.
    const first = await associate("first");
    expect(first.told).toBe("first associating");
    await wait("1s");
    expect(await look()).toEqual([["first associating"], "first", 404]);
    expect(await refusal(associate("second"))).toBe(
      `IncorrectState 400: There is an existing association for instance ${id}`,
    );
    await wait("2s");
    expect(await look()).toEqual([["first associated"], "first", "first"]);
    // By itself: nothing new.
    expect(await replace(first.id, "first")).toEqual({ id: first.id, told: "first associated" });
    // By another one: a new id, the new one first, and no moment without credentials.
    const second = await replace(first.id, "second");
    expect(second.told).toBe("second associating");
    expect(second.id).not.toBe(first.id);
    await wait("2999ms");
    expect(await look()).toEqual([["second associating", "first disassociating"], "first", "first"]);
    await wait("1ms");
    expect(await look()).toEqual([["second associated"], "second", "second"]);
    expect(await refusal(disassociate(first.id))).toBe(
      `InvalidAssociationID.NotFound 400: An invalid association-id of '${first.id}' was given`,
    );
    // Taken away: once more is no mistake.
    expect((await disassociate(second.id)).told).toBe("second disassociating");
    expect((await disassociate(second.id)).told).toBe("second disassociating");
    expect(await look()).toEqual([["second disassociating"], "second", "second"]);
    await wait("3s");
    expect(await look()).toEqual([[], "none", 404]);
    expect(await refusal(replace(second.id, "first"))).toBe(
      `InvalidAssociationID.NotFound 400: An invalid association-id of '${second.id}' was given`,
    );
    // A role that does not trust EC2 never gets there, though the machine hears of it.
    const denied = await associate("lambda");
    await wait("75s");
    expect(await look()).toEqual([["lambda associating"], "lambda", "lambda"]);
    expect(JSON.parse(String(await metadata(w, id, "meta-data/iam/security-credentials/lambda"))).Code).toBe(
      "AssumeRoleUnauthorizedAccess",
    );
    await disassociate(denied.id);
    await wait("3s");
    // While it is stopped.
    await w.ec2().send(new StopInstancesCommand({ InstanceIds: [id] }));
    await wait("25s");
    const stopped = await associate("first");
    expect(stopped.told).toBe("first associating");
    await wait("10s");
    expect(await list()).toEqual(["first associating"]);
    expect(await refusal(replace(stopped.id, "second"))).toBe(
      `IncorrectState 400: The association ${stopped.id} is not the active association`,
    );
    expect((await disassociate(stopped.id)).told).toBe("first disassociated");
    expect(await list()).toEqual([]);
    expect((await associate("empty")).told).toBe("empty associating");
    await w.ec2().send(new StartInstancesCommand({ InstanceIds: [id] }));
    await wait("5s");
    expect(await look()).toEqual([["empty associated"], "empty", 404]);
    // The end.
    await w.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await shown()).toBe("empty");
    await wait("25s");
    expect(await list()).toEqual([]);
  });

  test("without delays all of it is so at once", async () => {
    await using w = await world();
    const id = await launch(w.ec2(), profile("first"));
    const { replace, disassociate, list, shown, imds } = verbs(w, id);
    expect([await list(), await shown(), await imds()]).toEqual([["first associated"], "first", "first"]);
    const { IamInstanceProfileAssociations = [] } = await w
      .ec2()
      .send(new DescribeIamInstanceProfileAssociationsCommand({ Filters: [{ Name: "instance-id", Values: [id] }] }));
    const second = await replace(IamInstanceProfileAssociations[0]?.AssociationId ?? "", "second");
    expect([second.told, await list(), await imds()]).toEqual(["second associating", ["second associated"], "second"]);
    expect((await disassociate(second.id)).told).toBe("second disassociating");
    expect([await list(), await shown(), await imds()]).toEqual([[], "none", 404]);
    expect(await refusal(disassociate(second.id))).toMatch(/^InvalidAssociationID.NotFound/);
  });

  test("of both ARN and name the ARN counts", async () => {
    await using w = await world();
    const id = await launch(w.ec2());
    const IamInstanceProfile = { Arn: arnOf("second"), Name: "first" };
    await w.ec2().send(new AssociateIamInstanceProfileCommand({ InstanceId: id, IamInstanceProfile }));
    expect(await metadata(w, id, "meta-data/iam/security-credentials/")).toBe("second");
  });

  test("what was associated stays so when its role trusts EC2 no more", async () => {
    await using w = await world();
    const { list } = verbs(w, await launch(w.ec2(), profile("first")));
    await w.simulation.clock.advance("1s");
    await w.simulation.configure({
      ...CONFIGURATION,
      roles: { ...CONFIGURATION.roles, first: { trust: "lambda.amazonaws.com" } },
    });
    expect(await list()).toEqual(["first associated"]);
  });
});

/** A form as it stands: what SDKs do not let through. */
async function form(w: World, parameters: Record<string, string>, person: Person = "admin"): Promise<string> {
  const { host, hostname } = new URL(w.simulation.urls.aws);
  const body = new URLSearchParams({ Version: "2016-11-15", ...parameters }).toString();
  const credentials = { accessKeyId: PEOPLE[person], secretAccessKey: PEOPLE[person].padEnd(40, "x") };
  const signer = new SignatureV4({ service: "ec2", region: "us-east-1", credentials, sha256: Sha256 });
  const headers = { host, "content-type": "application/x-www-form-urlencoded" };
  const unsigned = { method: "POST", protocol: "http:", hostname, path: "/", headers, body };
  const signed = await signer.sign(unsigned, { signingDate: new Date(w.simulation.clock.now()) });
  const reply = await fetch(w.simulation.urls.aws, { method: "POST", headers: signed.headers, body });
  const text = await reply.text();
  const [, code] = /<Code>(.*?)<\/Code>/.exec(text) ?? [];
  const [, message] = /<Message>(.*?)<\/Message>/s.exec(text) ?? [];
  return code === undefined ? text : `${code} ${reply.status}: ${message}`;
}

describe("the texts", () => {
  let w: World;
  /** With a profile, and without. */
  let [id, free] = ["", ""];
  beforeAll(async () => {
    w = await world();
    [id, free] = [await launch(w.ec2(), profile("first")), await launch(w.ec2())];
  });
  afterAll(() => w[Symbol.asyncDispose]());

  const IDS = "{id}";
  const associate = (more: Record<string, string>) => ({ Action: "AssociateIamInstanceProfile", ...more });
  const replace = (AssociationId: string, name = "first") => ({
    Action: "ReplaceIamInstanceProfileAssociation",
    AssociationId,
    "IamInstanceProfile.Name": name,
  });
  const disassociate = (AssociationId: string) => ({ Action: "DisassociateIamInstanceProfile", AssociationId });
  const list = (more: Record<string, string>) => ({ Action: "DescribeIamInstanceProfileAssociations", ...more });
  const filter = (name: string, ...values: string[]) => ({
    "Filter.1.Name": name,
    ...Object.fromEntries(values.map((value, i) => [`Filter.1.Value.${i + 1}`, value])),
  });
  const named = { "IamInstanceProfile.Name": "first" };
  const NO_PROFILE =
    "MissingParameter 400: The request must include the IamInstanceProfile parameter. Add the required parameter and retry the request.";
  const notFound = `InvalidAssociationID.NotFound 400: An invalid association-id of '${UNKNOWN}' was given`;
  const STATE = "InvalidParameterValue 400: A filter for an unknown association state of";
  const SUCCESS = "DryRunOperation 412: Request would have succeeded, but DryRun flag is set.";

  test.each<[Record<string, string>, string]>([
    [
      associate({ DryRun: "true" }),
      "MissingParameter 400: The request must include the following parameters: IamInstanceProfile, InstanceId. Add the required parameters and retry the request.",
    ],
    [associate({ InstanceId: IDS }), NO_PROFILE],
    [associate({ InstanceId: "bad", ...named }), "InvalidInstanceID.Malformed 400: The instance ID 'bad' is malformed"],
    [
      associate({ InstanceId: "i-00000000000000000", ...named }),
      "InvalidInstanceID.Malformed 400: The instance ID 'i-00000000000000000' is malformed",
    ],
    [
      associate({ InstanceId: "i-0123456789abcdef0", ...named }),
      "InvalidInstanceID.NotFound 400: The instance ID 'i-0123456789abcdef0' does not exist",
    ],
    [
      associate({ InstanceId: IDS, "IamInstanceProfile.Name": "absent" }),
      "InvalidParameterValue 400: Value (absent) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    ],
    [
      associate({ InstanceId: IDS, ...named }),
      "IncorrectState 400: There is an existing association for instance {id}",
    ],
    // A dry run sees no existing association.
    [associate({ InstanceId: IDS, ...named, DryRun: "true" }), SUCCESS],
    [associate({ InstanceId: IDS, "IamInstanceProfile.Name": "empty", DryRun: "true" }), SUCCESS],
    [disassociate("bad"), "InvalidParameterValue 400: Invalid Id: bad"],
    [disassociate(ZEROS), `InvalidParameterValue 400: Invalid Id: ${ZEROS}`],
    [disassociate(UNKNOWN), notFound],
    [replace("bad"), "InvalidParameterValue 400: Invalid Id: bad"],
    [replace(UNKNOWN), notFound],
    [list({ "AssociationId.1": "bad" }), "InvalidParameterValue 400: Invalid value for association-id."],
    [list({ "AssociationId.1": ZEROS }), "InvalidParameterValue 400: Invalid value for association-id."],
    [list({ "AssociationId.1": UNKNOWN }), notFound],
    [list(filter("bad", "x")), "InvalidParameterValue 400: An unknown filter 'bad' was given"],
    [list(filter("tag:suite", "x")), "InvalidParameterValue 400: An unknown filter 'tag:suite' was given"],
    [
      list(filter("iam-instance-profile.arn", "x")),
      "InvalidParameterValue 400: An unknown filter 'iam-instance-profile.arn' was given",
    ],
    [list(filter("state", "not-a-state")), `${STATE} 'not-a-state' was given`],
    [list(filter("state", "assoc*")), `${STATE} 'assoc*' was given`],
    [
      list(filter("state", "associated", "disassociated")),
      "InvalidParameterValue 400: Only 'associated', 'associating' and 'disassociating' are allowed",
    ],
    [
      list(filter("instance-id", "bad")),
      "InvalidParameterValue 400: A filter with an invalid instance-id of 'bad' was given",
    ],
    [
      list(filter("instance-id", "i-*")),
      "InvalidParameterValue 400: A filter with an invalid instance-id of 'i-*' was given",
    ],
    [
      list(filter("state")),
      "InvalidParameterValue 400: Invalid value 'null/empty' for 'filter'. Invalid filter - one of more name/value pair was incomplete",
    ],
    [
      list({ MaxResults: "0" }),
      "InvalidParameterValue 400: Invalid value '0' for 'maxResults'. MaxResult must be a positive integer",
    ],
    [list({ NextToken: "bad" }), "InvalidNextToken 400: Pagination token is invalid"],
  ])("%j", async (parameters, text) => {
    const given = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, value.replace(IDS, id)]));
    expect((await form(w, given)).replaceAll("&#39;", "'")).toBe(text.replace(IDS, id));
  });

  test.each<[Person, string, string]>([
    ["idle", "bad", "InvalidInstanceID.Malformed 400: The instance ID 'bad' is malformed"],
    [
      "launcher",
      IDS,
      `UnauthorizedOperation 403: You are not authorized to perform this operation. User: arn:aws:iam::${ACCOUNT}:user/launcher is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/first because no identity-based policy allows the iam:PassRole action. Encoded`,
    ],
    [
      "idle",
      IDS,
      `UnauthorizedOperation 403: You are not authorized to perform this operation. User: arn:aws:iam::${ACCOUNT}:user/idle is not authorized to perform: ec2:AssociateIamInstanceProfile on resource: arn:aws:ec2:us-east-1:${ACCOUNT}:instance/{id} because no identity-based policy allows the ec2:AssociateIamInstanceProfile action. Encoded authorization failure message: `,
    ],
    ["passer", IDS, "DryRunOperation 412"],
  ])("who may attach: %s to %s", async (person, target, text) => {
    const said = await form(
      w,
      { ...associate({ InstanceId: target.replace(IDS, free), ...named }), DryRun: "true" },
      person,
    );
    expect(said.startsWith(text.replace(IDS, free))).toBe(true);
  });

  test("states are an OR, and 1 and 1001 results are accepted", async () => {
    await using w = await world();
    for (const name of ["first", "lambda", "second"]) await launch(w.ec2(), profile(name));
    const send = (more: object) => w.ec2().send(new DescribeIamInstanceProfileAssociationsCommand(more));
    const both = await send({ Filters: [{ Name: "state", Values: ["associated", "associating"] }], MaxResults: 1001 });
    expect(both.IamInstanceProfileAssociations).toHaveLength(3);
    const [one, more] = [
      await send({ MaxResults: 1 }),
      await send({ Filters: [{ Name: "state", Values: ["associating"] }] }),
    ];
    expect([one.IamInstanceProfileAssociations?.length, more.IamInstanceProfileAssociations?.length]).toEqual([1, 1]);
    const rest = await send({ MaxResults: 5, NextToken: one.NextToken });
    expect(rest.IamInstanceProfileAssociations).toHaveLength(2);
    // Exactly these members: no timestamp was seen in any answer.
    expect(Object.keys(rest.IamInstanceProfileAssociations?.[0] ?? {}).sort()).toEqual([
      ...["AssociationId", "IamInstanceProfile", "InstanceId", "State"],
    ]);
  });
});
