// What do policies know of a call of IAM beside its action and resource? Tags, policies and boundaries, of the request and of whom it
// is about. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html

import { entityByArn } from "../../roles/entity-by-arn.ts";
import type { Identities, Tag } from "../../roles/model.ts";
import type { Call } from "../call.ts";
import type { Written } from "./tags.ts";

interface Telling {
  readonly Tags?: readonly Written[];
  readonly TagKeys?: readonly string[];
  readonly PolicyArn?: string;
  readonly PermissionsBoundary?: string;
  readonly AWSServiceName?: string;
}

/** What those who are spoken of may have. */
interface Limited {
  readonly arn?: string;
  readonly tags?: readonly Tag[];
  readonly permissionsBoundary?: string;
}

type Keys = Record<string, readonly string[]>;

/** The keys of this call on the resource, by the names that AWS gives them. */
export function conditionKeys({ input }: Call, identities: Identities, arn: string): Keys {
  const { Tags = [], TagKeys = Tags.map(({ Key }) => Key), PolicyArn, AWSServiceName, ...rest } = input as Telling;
  const entity: Limited = entityByArn(identities, arn) ?? {};
  const { PermissionsBoundary = entity.permissionsBoundary } = rest;
  const keys: Keys = {};
  for (const { Key, Value } of Tags) keys[`aws:RequestTag/${Key}`] = [Value];
  for (const { key, value } of entity.tags ?? []) {
    keys[`aws:ResourceTag/${key}`] = [value];
    keys[`iam:ResourceTag/${key}`] = [value];
  }
  if (TagKeys.length > 0) keys["aws:TagKeys"] = TagKeys;
  if (PolicyArn !== undefined) keys["iam:PolicyARN"] = [PolicyArn];
  if (PermissionsBoundary !== undefined) keys["iam:PermissionsBoundary"] = [PermissionsBoundary];
  if (AWSServiceName !== undefined) keys["iam:AWSServiceName"] = [AWSServiceName];
  return keys;
}
