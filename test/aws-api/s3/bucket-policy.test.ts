import { describe, expect, test } from "vitest";
import { isPublic } from "../../../aws-api/s3/public-policy.ts";
import { ACCOUNT, account, S3World } from "./world.ts";

const ARN = "arn:aws:s3:::mybucket";
const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`;
const STATEMENT = { Effect: "Allow", Principal: { AWS: ALICE }, Action: "s3:GetObject", Resource: `${ARN}/*` };

const put = (world: S3World, Policy: string) => world.run("PutBucketPolicy", { Policy });
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const changed = (...changes: object[]) => policy({ ...STATEMENT, ...Object.assign({}, ...changes) });
const without = (name: string) => policy(Object.fromEntries(Object.entries(STATEMENT).filter(([key]) => key !== name)));

const JSON_TEXT = "Policies must be valid JSON and the first byte must be '{'";
const RESOURCE = "Policy has invalid resource";
const PRINCIPAL = "Invalid principal in policy";
const ACTION = "Policy has invalid action";
const NOT_APPLYING = "Action does not apply to any resource(s) in statement";

// Recorded: test_bucket_policy_exc; the others are told in reports of users and by versitygw.
const MALFORMED: readonly [text: string, message: string][] = [
  ["", JSON_TEXT],
  ["invalid json", JSON_TEXT],
  ['{"Statement": [', JSON_TEXT],
  ["[]", JSON_TEXT],
  [` ${changed()}`, JSON_TEXT],
  ["{}", "Missing required field Statement"],
  ['{"Statement": []}', "Could not parse the policy: Statement is empty!"],
  ['{"Statement": ["a"]}', "Invalid policy syntax."],
  [JSON.stringify({ Version: "2020-01-01", Statement: [STATEMENT] }), "The policy must contain a valid version string"],
  ...["Effect", "Principal", "Action", "Resource"].map((name): [string, string] => [
    without(name),
    `Missing required field ${name}`,
  ]),
  [changed({ Effect: "allow" }), "Invalid effect: allow"],
  [changed({ Action: null }), "Invalid policy syntax."],
  [changed({ Principal: { AWS: "alice" } }), PRINCIPAL],
  [changed({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` } }), PRINCIPAL],
  [changed({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/mybucket-access` } }), PRINCIPAL],
  [changed({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/*` } }), PRINCIPAL],
  [changed({ Principal: "alice" }), PRINCIPAL],
  [policy({ ...STATEMENT, Principal: undefined, NotPrincipal: "*" }), "Allow with NotPrincipal is not allowed."],
  [changed({ Resource: "*" }), RESOURCE],
  [changed({ Resource: "arn:aws:s3:::otherbucket/*" }), RESOURCE],
  [changed({ Resource: [`${ARN}/*`, "arn:aws:s3:::otherbucket/*"] }), RESOURCE],
  [changed({ Resource: "arn:aws:s3:::mybucket2/*" }), RESOURCE],
  [changed({ Resource: [] }), RESOURCE],
  [changed({ Action: "ec2:RunInstances" }), ACTION],
  [changed({ Action: "s3:GetObjects" }), ACTION],
  [changed({ Action: "GetObject" }), ACTION],
  [changed({ Resource: ARN }), NOT_APPLYING],
  [changed({ Action: "s3:ListBucket" }), NOT_APPLYING],
  [changed({ Action: ["s3:GetObject", "s3:ListBucket"] }), NOT_APPLYING],
  [changed({ Action: "s3:ListAllMyBuckets", Resource: [ARN, `${ARN}/*`] }), NOT_APPLYING],
];

describe("PutBucketPolicy", () => {
  test.each(MALFORMED)("refuses %s", async (text, message) => {
    const world = new S3World();
    expect(await put(world, text)).toEqual({ code: "MalformedPolicy", status: 400, message });
    expect(await world.run("GetBucketPolicy")).toMatchObject({ code: "NoSuchBucketPolicy" });
  });

  test("refuses more than 20 KB, white space apart", async () => {
    const sized = (sizeBytes: number) => changed({ Sid: "x".repeat(sizeBytes - changed({ Sid: "" }).length) });
    const message = "Normalized policy document exceeds the maximum allowed size of 20480 bytes";
    const tooLarge = { code: "MalformedPolicy", status: 400, message };
    expect(await put(new S3World(), sized(20_481))).toEqual(tooLarge);
    const spaced = JSON.stringify(JSON.parse(sized(20_480)), null, 8);
    expect(await put(new S3World(), spaced)).toEqual({ status: 204 });
  });

  test.each([
    changed({ Action: "s3:*" }),
    changed({ Action: "*" }),
    changed({ Action: "S3:getobject" }),
    changed({ Action: "s3:Get*", Resource: ARN }),
    changed({ Action: ["s3:GetObject", "s3:ListBucket"], Resource: [ARN, `${ARN}/*`] }),
    changed({ Action: ["s3:GetObject", "s3:ListBucket"], Resource: `${ARN}*` }),
    changed({ Resource: `${ARN}/home/\${aws:username}/*` }),
    changed({ Principal: { AWS: [ACCOUNT, ALICE] } }),
    changed({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/apps/mybucket-access` } }),
    changed({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root`, Service: "cloudfront.amazonaws.com" } }),
    changed({ Principal: { AWS: "arn:aws:iam::999999999999:user/somebody" } }),
    changed({ Sid: "With spaces, as AWS's own examples" }),
    policy({ Effect: "Deny", NotPrincipal: { AWS: ALICE }, NotAction: "s3:GetObject", NotResource: `${ARN}/public/*` }),
    changed({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
  ])("takes %s", async (text) => {
    const world = new S3World();
    expect(await put(world, text)).toEqual({ status: 204 });
    const { Policy } = await world.run("GetBucketPolicy");
    expect(JSON.parse(String(Policy))).toEqual(JSON.parse(text));
  });

  // Recorded: members came back in another order than they were sent in.
  test("keeps it in S3's own writing, until it is deleted", async () => {
    const world = new S3World();
    const none = {
      code: "NoSuchBucketPolicy",
      status: 404,
      message: "The bucket policy does not exist",
      BucketName: "mybucket",
    };
    expect(await world.run("GetBucketPolicy")).toEqual(none);
    const { Effect, Principal, Action, Resource } = STATEMENT;
    await put(
      world,
      JSON.stringify({ Statement: [{ Action, Effect, Resource, Principal }], Version: "2012-10-17" }, null, 2),
    );
    expect(await world.run("GetBucketPolicy")).toEqual({ Policy: policy({ Effect, Principal, Action, Resource }) });
    for (let time = 0; time < 2; time++) expect(await world.run("DeleteBucketPolicy")).toEqual({});
    for (const operation of ["GetBucketPolicy", "GetBucketPolicyStatus"])
      expect(await world.run(operation)).toEqual(none);
  });

  test("means those whom it names by their ids", async () => {
    const world = new S3World();
    await put(world, changed());
    const { settings } = world.state.buckets.get("mybucket") ?? {};
    expect(settings?.policy?.principalIds).toEqual({ [ALICE]: account.users.get("alice")?.id });
  });

  test("refuses a public one as long as those are blocked", async () => {
    const world = new S3World();
    const open = changed({ Principal: "*" });
    expect(await put(world, open)).toEqual({
      code: "AccessDenied",
      status: 403,
      message:
        `User: ${ALICE} is not authorized to perform: s3:PutBucketPolicy on resource: "${ARN}" because public policies are ` +
        "blocked by the BlockPublicPolicy block public access setting.",
    });
    await world.act("PutPublicAccessBlock", { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } });
    expect(await put(world, open)).toEqual({ status: 204 });
    expect(await world.run("GetBucketPolicyStatus")).toEqual({ PolicyStatus: { IsPublic: true } });
    await put(world, changed());
    expect(await world.run("GetBucketPolicyStatus")).toEqual({ PolicyStatus: { IsPublic: false } });
  });

  test.each(["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetBucketPolicyStatus"])(
    "%s in no bucket",
    async (operation) => {
      const refused = await new S3World().run(operation, { Bucket: "no-bucket", Policy: "" });
      expect(refused).toMatchObject({ code: "NoSuchBucket", BucketName: "no-bucket" });
    },
  );
});

const when = (operator: string, key: string, ...values: string[]) => ({ Condition: { [operator]: { [key]: values } } });

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
describe("a policy is public", () => {
  test.each<[expected: boolean, ...changes: object[]]>([
    [true, { Principal: "*" }],
    [true, { Principal: { AWS: "*" } }],
    [true, { Principal: { AWS: [ALICE, "*"] } }],
    [false, { Principal: { AWS: ALICE } }],
    [false, { Principal: { AWS: "999999999999" } }],
    [false, { Principal: { Service: "cloudfront.amazonaws.com" } }],
    [false, { Principal: "*", Effect: "Deny" }],
    [false, { Principal: "*" }, when("StringEquals", "aws:SourceVpc", "vpc-91237329")],
    [false, { Principal: "*" }, when("StringEquals", "AWS:SourceVpce", "vpce-1", "vpce-2")],
    [true, { Principal: "*" }, when("StringLike", "aws:SourceVpc", "vpc-*")],
    [false, { Principal: "*" }, when("StringLike", "aws:SourceVpc", "vpc-91237329")],
    [true, { Principal: "*" }, when("StringEquals", "aws:SourceVpc", "vpc-1", `\${aws:username}`)],
    [true, { Principal: "*" }, when("StringNotEquals", "aws:SourceVpc", "vpc-91237329")],
    [true, { Principal: "*" }, when("StringEqualsIfExists", "aws:SourceVpc", "vpc-91237329")],
    [true, { Principal: "*" }, when("ForAllValues:StringEquals", "aws:SourceVpc", "vpc-91237329")],
    [true, { Principal: "*" }, when("StringEquals", "aws:UserAgent", "mine")],
    [true, { Principal: "*" }, when("Bool", "aws:SecureTransport", "true")],
    [false, { Principal: "*" }, when("IpAddress", "aws:SourceIp", "192.0.2.0/24", "2001:db8::/32")],
    [false, { Principal: "*" }, when("IpAddress", "aws:SourceIp", "192.0.2.1")],
    [true, { Principal: "*" }, when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "192.0.2.0/24")],
    [true, { Principal: "*" }, when("IpAddress", "aws:SourceIp", "2001::/16")],
    [false, { Principal: "*" }, when("StringEquals", "aws:PrincipalOrgID", "o-1")],
    [true, { Principal: "*" }, when("StringLike", "aws:userid", "AROAEXAMPLE:*")],
    [
      false,
      { Principal: "*" },
      when("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-east-1:123456789012:accesspoint/*"),
    ],
    [true, { Principal: "*" }, when("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-east-1:*:accesspoint/*")],
  ])("%j: %j %j", (expected, ...changes) => {
    expect(isPublic(changed(...changes))).toBe(expected);
  });
});
