// What STS tells without giving anything out, with AWS's own SDK.

import {
  AssumeRootCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetWebIdentityTokenCommand,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeAuthorizationMessage } from "../../../aws-api/authorization-message.ts";
import { principalOfUser } from "../../../roles/principal.ts";
import { userAccessKey } from "../../../signing/access-keys.ts";
import { masterKey } from "../world.ts";
import { ACCOUNT, allow, policy, refusal, StsWorld, userArn } from "./world.ts";

let world: StsWorld;
beforeAll(async () => {
  world = await StsWorld.open({
    users: {
      alice: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 },
      idle: { accessKeys: 1, policies: { s3: policy(allow("s3:*")) } },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());
const sts = (name = "alice") => world.sts(world.of(name));
const denied = (action: string, resource: string) =>
  expect.stringContaining(`User: ${userArn("idle")} is not authorized to perform: ${action} on resource: ${resource}`);

test("GetAccessKeyInfo tells the account of any key", async () => {
  const ask = (AccessKeyId: string, name = "alice") => sts(name).send(new GetAccessKeyInfoCommand({ AccessKeyId }));
  const other = userAccessKey(masterKey, "111122223333", "AIDAOTHER", 1);
  expect((await ask(other.accessKeyId)).Account).toBe("111122223333");
  expect((await ask(world.of("idle").accessKeyId)).Account).toBe(ACCOUNT);
  expect(await refusal(ask("AKIA0000000000000000"))).toEqual([
    "ValidationError",
    400,
    "AKIA0000000000000000 is invalid",
  ]);
  expect(await refusal(ask("AKIA"))).toEqual([
    "ValidationError",
    400,
    "1 validation error detected: Value 'AKIA' at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16",
  ]);
  expect(await refusal(ask("AKIA0000000000000000", "idle"))).toEqual([
    "AccessDenied",
    403,
    denied("sts:GetAccessKeyInfo", "*"),
  ]);
});

test("DecodeAuthorizationMessage tells what a refusal was about, to who may know", async () => {
  const principal = principalOfUser(world.identities, "idle");
  if (!principal) throw new Error("idle is there");
  const EncodedMessage = encodeAuthorizationMessage(masterKey, {
    ...{ principal, action: "ec2:RunInstances", resource: "*", context: new Map([["aws:sourceip", ["127.0.0.1"]]]) },
    decision: { outcome: "implicit-deny", policyType: "identity" },
  });
  const ask = (message: string, name = "alice") =>
    sts(name).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: message }));
  expect(JSON.parse((await ask(EncodedMessage)).DecodedMessage ?? "")).toMatchObject({
    ...{ allowed: false, explicitDeny: false },
    context: { principal: { arn: userArn("idle") }, action: "ec2:RunInstances" },
  });
  for (const spoilt of [`${EncodedMessage}A`, EncodedMessage.slice(2), "x"]) {
    expect((await refusal(ask(spoilt))).slice(0, 2)).toEqual(["InvalidAuthorizationMessageException", 400]);
  }
  expect(await refusal(ask(EncodedMessage, "idle"))).toEqual([
    "AccessDenied",
    403,
    denied("sts:DecodeAuthorizationMessage", "*"),
  ]);
});

test("AssumeRoot and GetWebIdentityToken answer as an account that was not set up for them", async () => {
  const TaskPolicyArn = { arn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials" };
  expect(await refusal(sts().send(new AssumeRootCommand({ TargetPrincipal: ACCOUNT, TaskPolicyArn })))).toEqual([
    "AccessDenied",
    403,
    `User: ${userArn("alice")} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::${ACCOUNT}:root`,
  ]);
  const token = new GetWebIdentityTokenCommand({ Audience: ["api"], SigningAlgorithm: "ES384" });
  expect((await refusal(sts().send(token))).slice(0, 2)).toEqual([
    "OutboundWebIdentityFederationDisabledException",
    403,
  ]);
  expect(await refusal(sts("idle").send(token))).toEqual(["AccessDenied", 403, denied("sts:GetWebIdentityToken", "*")]);
});
