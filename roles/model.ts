// Who is there: an account with users in groups, roles, managed policies and instance profiles, as IAM describes them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html

import type { CredentialSource } from "./source.ts";

/** A policy document as written, not yet parsed. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

interface Entity {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** Unique id: `AIDA…` user, `AGPA…` group, `AROA…` role, `AIPA…` instance profile, `ANPA…` managed policy. */
  readonly id: string;
  readonly createdAt: number;
}

interface Grantee extends Entity {
  readonly inlinePolicies: ReadonlyMap<string, PolicyDocument>;
  /** ARNs of the managed policies attached to it. */
  readonly attachedPolicies: readonly string[];
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly active: boolean;
}

export interface User extends Grantee {
  readonly groups: readonly string[];
  readonly accessKeys: readonly AccessKey[];
  readonly tags: ReadonlyMap<string, string>;
}

export type Group = Grantee;

export interface Role extends Grantee {
  readonly trustPolicy: PolicyDocument;
  /** Undefined where the simulation makes its credentials. */
  readonly source?: CredentialSource;
  readonly tags: ReadonlyMap<string, string>;
}

export interface ManagedPolicy extends Entity {
  readonly document: PolicyDocument;
}

export interface InstanceProfile extends Entity {
  readonly roleName?: string;
}

/** All of IAM in one account. Names are the keys of the maps; access-key ids are found through `accessKeyOwners`. */
export interface Identities {
  readonly accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly managedPolicies: ReadonlyMap<string, ManagedPolicy>;
  readonly instanceProfiles: ReadonlyMap<string, InstanceProfile>;
  /** Access-key id → user name. */
  readonly accessKeyOwners: ReadonlyMap<string, string>;
  /** True from when on a role had a source of its own, whatever came later. */
  readonly hasSources?: true;
  /** Kind and name, as `role/mybucket-access` → how many such there were that have been deleted. */
  readonly deleted: ReadonlyMap<string, number>;
}

/** Who signed a request, as policies see it. */
export type Principal =
  | { readonly kind: "root"; readonly accountId: string; readonly arn: string; readonly userId: string }
  | {
      readonly kind: "user";
      readonly accountId: string;
      readonly arn: string;
      readonly userId: string;
      readonly userName: string;
    }
  | {
      readonly kind: "assumed-role";
      readonly accountId: string;
      /** `arn:aws:sts::…:assumed-role/ROLE/SESSION`, without the role's path. */
      readonly arn: string;
      /** `AROA…:SESSION` */
      readonly userId: string;
      readonly roleName: string;
      /** With the role's path: what `aws:PrincipalArn` shows. */
      readonly roleArn: string;
    }
  | { readonly kind: "anonymous" };
