// What do policies know of a call of IAM beside its action and resource? Tags, policies and boundaries, of the request and of whom it
// is about. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html

import { entityByArn } from "../../roles/entity-by-arn.ts";
import type { Identities, Tag } from "../../roles/model.ts";
import type { Call } from "../call.ts";
import { type Keys, requestTagKeys, resourceTagKeys } from "../tag-keys.ts";
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

/** The keys of this call on the resource, by the names that AWS gives them. */
export function conditionKeys({ input }: Call, identities: Identities, arn: string): Keys {
  const { Tags = [], TagKeys = [], PolicyArn, AWSServiceName, ...rest } = input as Telling;
  const entity: Limited = entityByArn(identities, arn) ?? {};
  const { PermissionsBoundary = entity.permissionsBoundary } = rest;
  return {
    ...requestTagKeys(Tags.map(({ Key, Value }) => [Key, Value])),
    ...resourceTagKeys(
      "iam",
      (entity.tags ?? []).map(({ key, value }) => [key, value]),
    ),
    ...(TagKeys.length > 0 && { "aws:TagKeys": TagKeys }),
    ...(PolicyArn !== undefined && { "iam:PolicyARN": [PolicyArn] }),
    ...(PermissionsBoundary !== undefined && { "iam:PermissionsBoundary": [PermissionsBoundary] }),
    ...(AWSServiceName !== undefined && { "iam:AWSServiceName": [AWSServiceName] }),
  };
}
