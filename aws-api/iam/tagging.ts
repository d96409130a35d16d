// What can have tags? A row for each, and the same three operations for all.

import { entityIn, INSTANCE_PROFILE, type Kind, named, ROLE, USER } from "./kinds.ts";
import { ownPolicyIn, policyIn, policyResource } from "./managed-policies.ts";
import { mfaDeviceOf, serialNumberOf } from "./mfa-device.ts";
import { providerIn, providerResource } from "./open-id-connect-providers.ts";
import type { IamOperation } from "./operation.ts";
import { byName } from "./page.ts";
import { type KeyCase, tagOperations } from "./tags.ts";

const ofKind = <In extends "users" | "roles" | "instanceProfiles">(kind: Kind<In>, keyCase: KeyCase) =>
  tagOperations<In>({
    ...kind,
    resource: named(kind),
    keyCase,
    find: (call, identities) => entityIn(kind, call, identities),
    key: byName,
  });

export const taggingOperations: Readonly<Record<string, IamOperation>> = {
  ...ofKind(USER, "any case"),
  ...ofKind(ROLE, "any case"),
  ...ofKind(INSTANCE_PROFILE, "exact case"),
  ...tagOperations({
    section: "managedPolicies",
    title: "Policy",
    resource: policyResource,
    keyCase: "exact case",
    find: policyIn,
    change: ownPolicyIn,
    key: byName,
  }),
  ...tagOperations({
    section: "openIdConnectProviders",
    title: "OpenIDConnectProvider",
    resource: providerResource,
    keyCase: "exact case",
    find: providerIn,
    key: ({ arn }) => arn,
  }),
  ...tagOperations({
    section: "mfaDevices",
    title: "MFADevice",
    resource: serialNumberOf,
    keyCase: "exact case",
    find: mfaDeviceOf,
    key: ({ arn }) => arn,
  }),
};
