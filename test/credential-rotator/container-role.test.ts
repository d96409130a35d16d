import { expect, test } from "vitest";
import type { RoleRecipient } from "../../credential-rotator/container-role.ts";
import type { IdentitiesConfiguration } from "../../roles/configuration.ts";
import { createWorld, HOUR, MINUTE, START } from "./world.ts";

const TASK_ARN = "arn:aws:ecs:us-east-1:123456789012:task/default/8f03e41243824aea923aca126495f665";
const ECS = { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
const trusting = (...Statement: object[]) => ({ trustPolicy: { Version: "2012-10-17", Statement } });

const recipient: RoleRecipient = {
  kind: "ecs-task",
  roleName: "web",
  servicePrincipal: "ecs-tasks.amazonaws.com",
  sourceArn: TASK_ARN,
  requestArn: TASK_ARN,
  tags: {},
  rotation: "tasks/web",
  deliveredFrom: START,
  sessionName: () => "8f03e41243824aea923aca126495f665",
};

const world = (roles: IdentitiesConfiguration["roles"] = { web: trusting(ECS) }, rotation = {}) =>
  createWorld({ roles, tasks: { web: { rotation } } } as Parameters<typeof createWorld>[0]);

async function credentials({ rotator }: ReturnType<typeof world>, at: number, whose = recipient) {
  const delivered = await rotator.deliverToContainer(whose, at);
  if (!delivered) throw new Error("no credentials");
  return delivered;
}

test("a container gets a session of its role, which its token opens again", async () => {
  const one = world();
  const { accessKeyId, secretAccessKey, sessionToken, session } = await credentials(one, START);
  expect(session).toEqual({
    kind: "ecs-task",
    accountId: "123456789012",
    roleName: "web",
    roleId: expect.stringMatching(/^AROA/),
    roleArn: "arn:aws:iam::123456789012:role/web",
    sessionName: "8f03e41243824aea923aca126495f665",
    sourceArn: TASK_ARN,
    tags: {},
    issuedAt: START,
    expiresAt: START + 6 * HOUR,
    forcedRotations: 0,
  });
  expect(await one.rotator.open(accessKeyId, sessionToken)).toMatchObject({ secretAccessKey, session });
});

test("they are renewed as the configuration says, the same in each process, and for all when that is told", async () => {
  const [one, other] = [world(undefined, { every: "30m" }), world(undefined, { every: "30m" })];
  const keys = [];
  for (const at of [START, START + 29 * MINUTE, START + 30 * MINUTE, START + HOUR]) {
    keys.push((await credentials(one, at)).accessKeyId);
    expect((await credentials(other, at)).accessKeyId).toBe(keys.at(-1));
  }
  expect(new Set(keys).size).toBe(3);
  one.happen({ type: "rotation.forced", at: START + HOUR + 1 });
  expect(keys).not.toContain((await credentials(one, START + HOUR + 1)).accessKeyId);
});

test("each of these makes another key", async () => {
  const one = world();
  const others: Partial<RoleRecipient>[] = [
    {},
    { kind: "eks-pod" },
    { sourceArn: `${TASK_ARN}0` },
    { sessionName: () => "another" },
  ];
  const made = await Promise.all(others.map((other) => credentials(one, START, { ...recipient, ...other })));
  expect(new Set(made.map(({ accessKeyId }) => accessKeyId)).size).toBe(others.length);
});

test.each<[string, IdentitiesConfiguration["roles"], Partial<RoleRecipient>, boolean]>([
  ["no such role", {}, {}, false],
  ["a role for EC2", { web: { trust: "ec2.amazonaws.com" } }, {}, false],
  ["the short form", { web: { trust: "ecs-tasks.amazonaws.com" } }, {}, true],
  ["before the delivery", undefined, { deliveredFrom: START + 1 }, false],
  ["not in the configuration", undefined, { rotation: "tasks/other" }, false],
  ["tags without leave", undefined, { tags: { a: "b" } }, false],
  [
    "tags with leave",
    { web: trusting({ ...ECS, Action: ["sts:AssumeRole", "sts:TagSession"] }) },
    { tags: { a: "b" } },
    true,
  ],
  ...(
    [
      [{ ArnLike: { "aws:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*" } }, true],
      [{ ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*" } }, false],
      [{ StringEquals: { "aws:SourceAccount": "123456789012" } }, true],
      [{ StringEquals: { "aws:SourceAccount": "210987654321" } }, false],
      [{ StringEquals: { "aws:RequestTag/Namespace": "default" } }, true],
      [{ StringEquals: { "aws:RequestTag/namespace": "other" } }, false],
      [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["namespace"] } }, true],
      [{ DateLessThan: { "aws:CurrentTime": "2026-11-24T00:00:00Z" } }, false],
    ] as const
  ).map(([Condition, expected]): [string, IdentitiesConfiguration["roles"], Partial<RoleRecipient>, boolean] => [
    JSON.stringify(Condition),
    { web: trusting({ ...ECS, Action: ["sts:AssumeRole", "sts:TagSession"], Condition }) },
    { tags: { namespace: "default" } },
    expected,
  ]),
])("whether the role is assumed: %s", async (_, roles, other, expected) => {
  const delivered = await world(roles).rotator.deliverToContainer({ ...recipient, ...other }, START);
  expect(delivered !== undefined).toBe(expected);
});
