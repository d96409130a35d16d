// How IAM refuses: codes, statuses and texts as they were recorded of AWS (localstack/localstack, tests/aws/services/iam, 2026), or
// as its documentation has them.

import type { IAM } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allow, arn, type IamWorld, ROLE_SESSION, refusal, startIam, trust } from "./world.ts";

let world: IamWorld;

beforeAll(async () => {
  world = await startIam({
    policies: { own: JSON.parse(allow("s3:*")) },
    groups: { full: {}, staffed: {}, free: {} },
    roles: {
      "mybucket-access": { path: "/apps/", trust: "ec2.amazonaws.com", managedPolicies: ["AdministratorAccess"] },
      carried: { trust: "ec2.amazonaws.com" },
      plain: { trust: "ec2.amazonaws.com" },
      attached: { trust: "ec2.amazonaws.com", managedPolicies: ["own"] },
      granted: { trust: "ec2.amazonaws.com", policies: { inline: JSON.parse(allow("s3:*")) } },
    },
    instanceProfiles: { plain: {}, attached: {}, granted: {}, empty: {} },
    users: {
      alice: { groups: ["staffed"], accessKeys: 2 },
      attached: { managedPolicies: ["own"], policies: { inline: JSON.parse(allow("s3:*")) } },
      granted: { policies: { inline: JSON.parse(allow("s3:*")) }, accessKeys: 1 },
      keyed: { accessKeys: 1 },
      free: {},
    },
  });
  await world.admin.createOpenIDConnectProvider({ Url: "https://idp.example.com" });
  await world.admin.createServiceLinkedRole({ AWSServiceName: "batch.amazonaws.com" });
});
afterAll(() => world.close());

const nobody = (noun: string) => `The ${noun} with name nobody cannot be found.`;
const statement = (rest: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...rest }] });
const LONG = allow("s3:GetObject", `arn:aws:s3:::${"x".repeat(2050)}`);
const OWN = arn("policy/own");
const GONE = arn("policy/gone");
const AWS = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const tag = (Key: string, Value = "") => ({ Key, Value });
const PROVIDER = arn("oidc-provider/gone.example.com");
const LINKED = "AWSServiceRoleForBatch";
const PROTECTED = `Cannot perform the operation on the protected role '${LINKED}' - this role is only modifiable by AWS`;

type Row = readonly [what: string, call: (iam: IAM) => Promise<unknown>, text: string];

function refuses(code: string, status: number, rows: readonly Row[]) {
  describe(`${code} ${status}`, () => {
    test.each(rows)("%s", async (_, call, text) => {
      const name = code === "AccessDenied" || code === "ValidationError" ? code : `${code}Exception`;
      expect(await refusal(call(world.admin))).toEqual([name, status, text]);
    });
  });
}

refuses("NoSuchEntity", 404, [
  ["a user", (iam) => iam.getUser({ UserName: "nobody" }), nobody("user")],
  ["a user to rename", (iam) => iam.updateUser({ UserName: "nobody" }), nobody("user")],
  ["a user to delete", (iam) => iam.deleteUser({ UserName: "nobody" }), nobody("user")],
  ["a user's tags", (iam) => iam.listUserTags({ UserName: "nobody" }), nobody("user")],
  ["a user's keys", (iam) => iam.listAccessKeys({ UserName: "nobody" }), nobody("user")],
  ["a user's SSH keys", (iam) => iam.listSSHPublicKeys({ UserName: "nobody" }), nobody("user")],
  ["a group", (iam) => iam.getGroup({ GroupName: "nobody" }), nobody("group")],
  ["a role", (iam) => iam.getRole({ RoleName: "nobody" }), nobody("role")],
  ["a role to tag", (iam) => iam.tagRole({ RoleName: "nobody", Tags: [] }), nobody("role")],
  [
    "an instance profile",
    (iam) => iam.getInstanceProfile({ InstanceProfileName: "nobody" }),
    "Instance Profile nobody cannot be found.",
  ],
  // Who is missing first is the user.
  ["a member", (iam) => iam.removeUserFromGroup({ GroupName: "nobody", UserName: "nobody" }), nobody("user")],
  ["a member's group", (iam) => iam.addUserToGroup({ GroupName: "nobody", UserName: "free" }), nobody("group")],
  ...(["User", "Group", "Role"] as const).map((holder): Row => {
    const input = { [`${holder}Name`]: holder === "Role" ? "plain" : "free", PolicyName: "none" };
    const text = `The ${holder.toLowerCase()} policy with name none cannot be found.`;
    const get = (iam: IAM) => iam[`get${holder}Policy` as "getUserPolicy"](input as never);
    return [`an inline policy of a ${holder}`, get, text];
  }),
  [
    "a role in a profile",
    (iam) => iam.removeRoleFromInstanceProfile({ InstanceProfileName: "empty", RoleName: "plain" }),
    "Role plain in Instance Profile empty cannot be found.",
  ],
  [
    "a key",
    (iam) => iam.updateAccessKey({ UserName: "free", AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "Active" }),
    "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.",
  ],
  ["a policy", (iam) => iam.getPolicy({ PolicyArn: GONE }), `Policy ${GONE} was not found.`],
  ["a policy to delete", (iam) => iam.deletePolicy({ PolicyArn: GONE }), `Policy ${GONE} was not found.`],
  ["a policy to tag", (iam) => iam.tagPolicy({ PolicyArn: GONE, Tags: [] }), `Policy ${GONE} was not found.`],
  [
    "a policy to attach",
    (iam) => iam.attachRolePolicy({ RoleName: "plain", PolicyArn: GONE }),
    `Policy ${GONE} does not exist or is not attachable.`,
  ],
  [
    "a policy that is not attached",
    (iam) => iam.detachGroupPolicy({ GroupName: "free", PolicyArn: OWN }),
    `Policy ${OWN} was not found.`,
  ],
  [
    "a policy's entities",
    (iam) => iam.listEntitiesForPolicy({ PolicyArn: GONE }),
    `Policy ${GONE} does not exist or is not attachable.`,
  ],
  [
    "a version",
    (iam) => iam.getPolicyVersion({ PolicyArn: OWN, VersionId: "v9" }),
    `Policy ${OWN} version v9 does not exist or is not attachable.`,
  ],
  [
    "a version of no policy",
    (iam) => iam.setDefaultPolicyVersion({ PolicyArn: GONE, VersionId: "v1" }),
    `Policy ${GONE} version v1 does not exist or is not attachable.`,
  ],
  [
    "a boundary",
    (iam) => iam.putRolePermissionsBoundary({ RoleName: "plain", PermissionsBoundary: GONE }),
    `Scope ARN: ${GONE} does not exist or is not attachable.`,
  ],
  [
    "a provider",
    (iam) => iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: PROVIDER }),
    `OpenIDConnect Provider not found for arn ${PROVIDER}`,
  ],
  [
    "a provider to delete",
    (iam) => iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: PROVIDER }),
    `OpenId connect Provider ${PROVIDER} cannot be found.`,
  ],
]);

refuses("EntityAlreadyExists", 409, [
  ["a user, in any case", (iam) => iam.createUser({ UserName: "Alice" }), "User with name Alice already exists."],
  [
    "a new name of a user",
    (iam) => iam.updateUser({ UserName: "free", NewUserName: "ALICE" }),
    "User with name ALICE already exists.",
  ],
  ["a group", (iam) => iam.createGroup({ GroupName: "free" }), "Group with name free already exists."],
  [
    "a role",
    (iam) => iam.createRole({ RoleName: "plain", AssumeRolePolicyDocument: trust() }),
    "Role with name plain already exists.",
  ],
  [
    "an instance profile",
    (iam) => iam.createInstanceProfile({ InstanceProfileName: "empty" }),
    "Instance Profile empty already exists.",
  ],
  [
    "a policy",
    (iam) => iam.createPolicy({ PolicyName: "OWN", PolicyDocument: allow("s3:*") }),
    "A policy called OWN already exists. Duplicate names are not allowed.",
  ],
  [
    "a provider",
    (iam) => iam.createOpenIDConnectProvider({ Url: "https://idp.example.com" }),
    "Provider with url https://idp.example.com already exists.",
  ],
]);

const first = (what: string) => `Cannot delete entity, must ${what} first.`;
refuses("DeleteConflict", 409, [
  ["policies before all", (iam) => iam.deleteUser({ UserName: "attached" }), first("detach all policies")],
  ["inline ones before keys", (iam) => iam.deleteUser({ UserName: "granted" }), first("delete policies")],
  ["groups before keys", (iam) => iam.deleteUser({ UserName: "alice" }), first("remove users from group")],
  ["keys", (iam) => iam.deleteUser({ UserName: "keyed" }), first("delete access keys")],
  ["members", (iam) => iam.deleteGroup({ GroupName: "staffed" }), first("remove users from group")],
  ["profiles", (iam) => iam.deleteRole({ RoleName: "carried" }), first("remove roles from instance profile")],
  ["a role's policies", (iam) => iam.deleteRole({ RoleName: "attached" }), first("detach all policies")],
  ["a role's inline policies", (iam) => iam.deleteRole({ RoleName: "granted" }), first("delete policies")],
  [
    "a profile's role",
    (iam) => iam.deleteInstanceProfile({ InstanceProfileName: "carried" }),
    first("remove roles from instance profile"),
  ],
  ["attached policies", (iam) => iam.deletePolicy({ PolicyArn: OWN }), "Cannot delete a policy attached to entities."],
  [
    "a policy with versions",
    async (iam) => {
      const PolicyArn = arn("policy/versions");
      await iam.createPolicy({ PolicyName: "versions", PolicyDocument: allow("s3:*") });
      await iam.createPolicyVersion({ PolicyArn, PolicyDocument: allow("s3:*") });
      return iam.deletePolicy({ PolicyArn });
    },
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  ],
  [
    "the version in force",
    (iam) => iam.deletePolicyVersion({ PolicyArn: OWN, VersionId: "v1" }),
    "Cannot delete the default version of a policy.",
  ],
]);

async function repeated(count: number, call: (index: number) => Promise<unknown>) {
  for (let index = 0; index < count; index++) await call(index);
}

refuses("LimitExceeded", 409, [
  ["keys", (iam) => iam.createAccessKey({ UserName: "alice" }), "Cannot exceed quota for AccessKeysPerUser: 2"],
  [
    "groups",
    (iam) =>
      repeated(11, async (index) => {
        await iam.createGroup({ GroupName: `group${index}` });
        await iam.addUserToGroup({ GroupName: `group${index}`, UserName: "free" });
      }),
    "Cannot exceed quota for GroupsPerUser: 10",
  ],
  [
    "attached policies",
    async (iam) => {
      const { Policies = [] } = await iam.listPolicies({ Scope: "AWS", PathPrefix: "/service-role/", MaxItems: 11 });
      await repeated(11, (index) =>
        iam.attachGroupPolicy({ GroupName: "full", PolicyArn: Policies[index]?.Arn ?? "" }),
      );
    },
    "Cannot exceed quota for PoliciesPerGroup: 10",
  ],
  [
    "a role in a profile",
    (iam) => iam.addRoleToInstanceProfile({ InstanceProfileName: "carried", RoleName: "plain" }),
    "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
  ],
  [
    "versions",
    async (iam) => {
      const PolicyArn = arn("policy/many");
      await iam.createPolicy({ PolicyName: "many", PolicyDocument: allow("s3:*") });
      await repeated(5, () => iam.createPolicyVersion({ PolicyArn, PolicyDocument: allow("s3:*") }));
    },
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
  ],
  [
    "inline policies of a user",
    (iam) => iam.putUserPolicy({ UserName: "free", PolicyName: "long", PolicyDocument: LONG }),
    "Maximum policy size of 2048 bytes exceeded for user free",
  ],
  [
    "inline policies of a role together",
    (iam) =>
      repeated(5, (index) => iam.putRolePolicy({ RoleName: "plain", PolicyName: `p${index}`, PolicyDocument: LONG })),
    "Maximum policy size of 10240 bytes exceeded for role plain",
  ],
  [
    "a managed policy",
    (iam) =>
      iam.createPolicy({
        PolicyName: "long",
        PolicyDocument: allow(
          "s3:*",
          ["x", "y", "z"].map((each) => `arn:aws:s3:::${each.repeat(2050)}`),
        ),
      }),
    "Cannot exceed quota for PolicySize: 6144",
  ],
  [
    "a trust policy",
    (iam) =>
      iam.updateAssumeRolePolicy({
        RoleName: "plain",
        PolicyDocument: trust({ Service: Array.from({ length: 100 }, (_, each) => `s${each}.amazonaws.com`) }),
      }),
    "Cannot exceed quota for ACLSizePerRole: 2048",
  ],
  [
    "tags",
    async (iam) => {
      const tags = Array.from({ length: 50 }, (_, each) => tag(`key${each}`));
      await iam.tagUser({ UserName: "alice", Tags: tags });
      await iam.tagUser({ UserName: "alice", Tags: [tag("key1", "changed")] });
      await iam.tagUser({ UserName: "alice", Tags: [tag("one more")] });
    },
    "The number of tags has reached the maximum limit.",
  ],
]);

refuses("MalformedPolicyDocument", 400, [
  [
    "a new policy of the version of 2008",
    (iam) => iam.createPolicy({ PolicyName: "old", PolicyDocument: allow("s3:*").replace("2012", "2008") }),
    "Policy document must be version 2012-10-17 or greater.",
  ],
  [
    "no JSON",
    (iam) => iam.createPolicy({ PolicyName: "bad", PolicyDocument: "{" }),
    "This policy contains invalid Json",
  ],
  [
    "no actions",
    (iam) => iam.putUserPolicy({ UserName: "free", PolicyName: "bad", PolicyDocument: statement({ Resource: "*" }) }),
    "Policy statement must contain actions.",
  ],
  [
    "no ARN",
    (iam) => iam.createPolicyVersion({ PolicyArn: OWN, PolicyDocument: allow("s3:*", "bucket") }),
    'Resource bucket must be in ARN format or "*".',
  ],
  [
    "a principal of its own",
    (iam) => iam.createPolicy({ PolicyName: "bad", PolicyDocument: trust() }),
    "Policy document should not specify a principal.",
  ],
  [
    "trust with a resource",
    (iam) =>
      iam.createRole({
        RoleName: "bad",
        AssumeRolePolicyDocument: statement({ Principal: "*", Action: "sts:AssumeRole", Resource: "*" }),
      }),
    "Has prohibited field Resource",
  ],
  [
    "trust in other actions",
    (iam) =>
      iam.updateAssumeRolePolicy({ RoleName: "plain", PolicyDocument: statement({ Principal: "*", Action: "s3:*" }) }),
    "AssumeRole policy may only specify STS AssumeRole actions.",
  ],
  [
    "trust in nobody",
    (iam) => iam.createRole({ RoleName: "bad", AssumeRolePolicyDocument: trust({ AWS: arn("user/nobody") }) }),
    `Invalid principal in policy: "AWS":"${arn("user/nobody")}"`,
  ],
  [
    "trust in who is gone",
    (iam) => iam.createRole({ RoleName: "bad", AssumeRolePolicyDocument: trust({ AWS: "AIDAAAAAAAAAAAAAAAAAA" }) }),
    'Invalid principal in policy: "AWS":"AIDAAAAAAAAAAAAAAAAAA"',
  ],
]);

refuses("InvalidInput", 400, [
  [
    "two tags of one key, for a user in any case",
    (iam) => iam.tagUser({ UserName: "free", Tags: [tag("a"), tag("A")] }),
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  ],
  [
    "two tags of one key, for a policy",
    (iam) => iam.tagPolicy({ PolicyArn: OWN, Tags: [tag("a"), tag("a")] }),
    "Duplicate tag keys found.",
  ],
  [
    "a boundary that is no policy",
    (iam) => iam.createUser({ UserName: "bounded", PermissionsBoundary: arn("not_a_policy/invalid") }),
    `ARN ${arn("not_a_policy/invalid")} is not valid.`,
  ],
  [
    "too many thumbprints",
    (iam) =>
      iam.createOpenIDConnectProvider({
        Url: "https://new.example.com",
        ThumbprintList: Array(6).fill("a".repeat(40)),
      }),
    "Thumbprint list must contain fewer than 5 entries.",
  ],
  [
    "a suffix",
    (iam) => iam.createServiceLinkedRole({ AWSServiceName: "ecs.amazonaws.com", CustomSuffix: "two" }),
    "Custom suffix is not allowed for ecs.amazonaws.com",
  ],
  [
    "a second service-linked role",
    (iam) => iam.createServiceLinkedRole({ AWSServiceName: "batch.amazonaws.com" }),
    `Service role name ${LINKED} has been taken in this account, please try a different suffix.`,
  ],
]);

const failed = (member: string, constraint: string) =>
  `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`;
const KEY_PATTERN = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+";
refuses("ValidationError", 400, [
  [
    "a name",
    (iam) => iam.createUser({ UserName: "no spaces" }),
    failed("userName", "Member must satisfy regular expression pattern: [\\w+=,.@-]+"),
  ],
  [
    "a long path",
    (iam) => iam.createUser({ UserName: "deep", Path: `/${"x".repeat(512)}/` }),
    failed("path", "Member must have length less than or equal to 512"),
  ],
  [
    "too many tags",
    (iam) => iam.tagUser({ UserName: "free", Tags: Array.from({ length: 51 }, (_, each) => tag(`k${each}`)) }),
    failed("tags", "Member must have length less than or equal to 50"),
  ],
  [
    "a long key",
    (iam) => iam.tagRole({ RoleName: "plain", Tags: [tag("x".repeat(129))] }),
    failed("tags.1.member.key", "Member must have length less than or equal to 128"),
  ],
  [
    "a key with other characters",
    (iam) => iam.tagRole({ RoleName: "plain", Tags: [tag("a!")] }),
    failed("tags.1.member.key", `Member must satisfy regular expression pattern: ${KEY_PATTERN}`),
  ],
  [
    "a long key to take away",
    (iam) => iam.untagPolicy({ PolicyArn: OWN, TagKeys: ["x".repeat(129)] }),
    failed(
      "tagKeys",
      "Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, " +
        `Member must satisfy regular expression pattern: ${KEY_PATTERN}, Member must not be null]`,
    ),
  ],
  [
    "a status",
    (iam) => iam.updateAccessKey({ UserName: "keyed", AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "off" as never }),
    failed("status", "Member must satisfy enum value set"),
  ],
  [
    "a version",
    (iam) => iam.getPolicyVersion({ PolicyArn: OWN, VersionId: "1" }),
    failed("versionId", "Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"),
  ],
  [
    "an ARN",
    (iam) => iam.attachUserPolicy({ UserName: "free", PolicyArn: "longpolicynamebutnoarn" }),
    "ARN longpolicynamebutnoarn is not valid.",
  ],
  [
    "the URL of a provider",
    (iam) => iam.createOpenIDConnectProvider({ Url: "http://idp.example.com" }),
    "Invalid Open ID Connect Provider URL",
  ],
  ["a marker", (iam) => iam.listUsers({ Marker: "?" }), "Invalid Marker."],
]);

refuses("UnmodifiableEntity", 400, [
  ["a role of a service", (iam) => iam.deleteRole({ RoleName: LINKED }), PROTECTED],
  ["its trust", (iam) => iam.updateAssumeRolePolicy({ RoleName: LINKED, PolicyDocument: trust() }), PROTECTED],
  ["its policies", (iam) => iam.attachRolePolicy({ RoleName: LINKED, PolicyArn: OWN }), PROTECTED],
]);

refuses("PolicyNotAttachable", 400, [
  [
    "the policy of a service-linked role",
    (iam) =>
      iam.attachRolePolicy({
        RoleName: "plain",
        PolicyArn: "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy",
      }),
    "Cannot attach a Service Role Policy to a Customer Role.",
  ],
]);

refuses("AccessDenied", 403, [
  [
    "AWS's policy to delete",
    (iam) => iam.deletePolicy({ PolicyArn: AWS }),
    "Cannot delete policies outside your own account.",
  ],
  [
    "a version of it",
    (iam) => iam.deletePolicyVersion({ PolicyArn: AWS, VersionId: "v1" }),
    "Cannot delete policy versions for policies outside your own account.",
  ],
  [
    "to change it",
    (iam) => iam.createPolicyVersion({ PolicyArn: AWS, PolicyDocument: allow("s3:*") }),
    "Cannot update policies outside your own account.",
  ],
  [
    "a key of nobody",
    (iam) => iam.getAccessKeyLastUsed({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }),
    `User: ${arn("user/admin")} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE`,
  ],
]);

test("who is no user must say which one he means", async () => {
  const session = world.as(ROLE_SESSION);
  const text = "Must specify userName when calling with non-User credentials";
  const calls = [session.getUser({}), session.listAccessKeys({}), session.createAccessKey({})];
  for (const call of calls) expect(await refusal(call)).toEqual(["ValidationError", 400, text]);
});

test("a refused call changes nothing", async () => {
  const before = world.events.length;
  await refusal(world.admin.createUser({ UserName: "alice" }));
  await refusal(world.admin.putUserPolicy({ UserName: "free", PolicyName: "bad", PolicyDocument: "{" }));
  expect(world.events.length).toBe(before);
});
