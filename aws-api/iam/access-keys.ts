// What is there to do with long-term access keys? A secret is told once, when its key is made.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html

import type { AccessKey, Identities, User } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { accessDenied, noSuchEntity } from "./errors.ts";
import { checkQuota, entityIn, named, USER } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, type ResourceOf, reads } from "./operation.ts";
import { page } from "./page.ts";

interface KeyInput extends Members {
  readonly AccessKeyId: string;
  readonly Status: "Active" | "Inactive" | "Expired";
}

const shown = ({ accessKeyId, active, createdAt }: AccessKey, { name }: User): Members => ({
  UserName: name,
  AccessKeyId: accessKeyId,
  Status: active ? "Active" : "Inactive",
  CreateDate: createdAt,
});

/** The user and the key that the call names. @throws AwsError NoSuchEntity */
function keyIn(call: Call, identities: Identities): { user: User; key: AccessKey } {
  const user = entityIn(USER, call, identities);
  const { AccessKeyId } = inputOf<KeyInput>(call);
  const key = user.accessKeys.find(({ accessKeyId }) => accessKeyId === AccessKeyId);
  if (!key) throw noSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`);
  return { user, key };
}

/** Whose key it is. A key of nobody is refused before anything is looked at, and in words of its own, as recorded of AWS. */
const ownerResource: ResourceOf = (call, identities) => {
  const { AccessKeyId } = inputOf<KeyInput>(call);
  const shown = `access key ${AccessKeyId}`;
  const owner = identities.users.get(identities.accessKeyOwners.get(AccessKeyId) ?? "");
  if (owner) return { arn: owner.arn, shown };
  const signer = call.principal.kind === "anonymous" ? "" : call.principal.arn;
  throw accessDenied(`User: ${signer} is not authorized to perform iam:GetAccessKeyLastUsed on resource: ${shown}`);
};

export const accessKeyOperations: Readonly<Record<string, IamOperation>> = {
  CreateAccessKey: changes(named(USER), (call, identities, { accessKeyFor }) => {
    const user = entityIn(USER, call, identities);
    checkQuota("AccessKeysPerUser", user.accessKeys.length);
    const pair = accessKeyFor(user.id, user.accessKeysMade);
    const key = { ...pair, active: true, createdAt: call.request.at };
    const changed = { ...user, accessKeys: [...user.accessKeys, key], accessKeysMade: user.accessKeysMade + 1 };
    const output = { AccessKey: { ...shown(key, user), SecretAccessKey: key.secretAccessKey } };
    return { changes: [put("users", user.name, changed)], output };
  }),
  ListAccessKeys: reads(named(USER), (call, identities) => {
    const user = entityIn(USER, call, identities);
    const key = ({ accessKeyId }: AccessKey) => accessKeyId;
    return page(call, "AccessKeyMetadata", user.accessKeys, key, (each) => shown(each, user));
  }),
  UpdateAccessKey: changes(named(USER), (call, identities) => {
    const { user, key } = keyIn(call, identities);
    const active = inputOf<KeyInput>(call).Status === "Active";
    const accessKeys = user.accessKeys.map((each) => (each === key ? { ...key, active } : each));
    return { changes: [put("users", user.name, { ...user, accessKeys })] };
  }),
  DeleteAccessKey: changes(named(USER), (call, identities) => {
    const { user, key } = keyIn(call, identities);
    const accessKeys = user.accessKeys.filter((each) => each !== key);
    return { changes: [put("users", user.name, { ...user, accessKeys })] };
  }),
  GetAccessKeyLastUsed: reads(ownerResource, (call, { accessKeyOwners }, { remembered }) => {
    const { AccessKeyId } = inputOf<KeyInput>(call);
    const use = remembered.lastUses.of(AccessKeyId);
    const lastUsed = use
      ? { LastUsedDate: use.at, ServiceName: use.serviceName, Region: use.region }
      : { ServiceName: "N/A", Region: "N/A" };
    return { UserName: accessKeyOwners.get(AccessKeyId), AccessKeyLastUsed: lastUsed };
  }),
};
