// Who is there: an account with users in groups, roles, managed policies and instance profiles, as IAM describes them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html

import type { KeySetOrFile } from "./key-set.ts";
import type { CredentialSource } from "./source.ts";

/** A policy document as it was parsed. What IAM keeps is its text: reading gives the very one that was put. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

interface Entity {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** Unique id: `AIDA…` user, `AGPA…` group, `AROA…` role, `AIPA…` instance profile, `ANPA…` managed policy. */
  readonly id: string;
  /** Epoch milliseconds, as all instants here. */
  readonly createdAt: number;
}

interface Tagged {
  readonly tags: readonly Tag[];
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

export interface Grantee extends Entity {
  readonly inlinePolicies: readonly InlinePolicy[];
  /** ARNs of the managed policies attached to it. */
  readonly attachedPolicies: readonly string[];
}

/** Users and roles: the limit of what their policies can allow. */
interface Bounded {
  /** The ARN of a managed policy. */
  readonly permissionsBoundary?: string;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly active: boolean;
  readonly createdAt: number;
}

/** A password for the console. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords.html */
export interface LoginProfile {
  readonly createdAt: number;
  /** Salted and slow, with its parameters: never the password. */
  readonly passwordHash: string;
  readonly passwordSetAt: number;
  readonly passwordResetRequired: boolean;
  /** Newest first, as many as a password policy may forbid to use again (24). */
  readonly previousPasswordHashes: readonly string[];
  /** The longest that a session may last which it opens; 12 hours unless given. */
  readonly maxSigninSessionSeconds?: number;
}

export interface User extends Grantee, Bounded, Tagged {
  readonly groups: readonly string[];
  readonly accessKeys: readonly AccessKey[];
  /** How many keys it ever had: the next one is derived from this number. */
  readonly accessKeysMade: number;
  readonly loginProfile?: LoginProfile;
  readonly passwordLastUsedAt?: number;
}

export type Group = Grantee;

/** A policy that names principals: users and roles are meant by their unique ids, as they were when it was put. */
export interface ResourcePolicy {
  readonly document: string;
  /** ARN as written → unique id, of those users and roles of the account that the document names. */
  readonly principalIds: Readonly<Record<string, string>>;
}

export interface Role extends Grantee, Bounded, Tagged {
  readonly trustPolicy: ResourcePolicy;
  readonly description?: string;
  readonly maxSessionDurationSeconds: number;
  /** Undefined where the simulation makes its credentials. */
  readonly source?: CredentialSource;
}

export interface PolicyVersion {
  /** `v1` */
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface ManagedPolicy extends Entity, Tagged {
  readonly description?: string;
  /** Oldest first. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  /** How many versions it ever had. */
  readonly versionsMade: number;
  readonly updatedAt: number;
}

export interface InstanceProfile extends Entity, Tagged {
  readonly roleName?: string;
}

/** A virtual MFA device: RFC 6238 with SHA-1, six digits, 30 seconds. Its ARN is its serial number. */
export interface MfaDevice extends Omit<Entity, "id">, Tagged {
  /** 64 characters of base 32. */
  readonly seed: string;
  /** Whom it belongs to since it was enabled. */
  readonly enabled?: {
    readonly userName: string;
    readonly at: number;
    /** How many steps of 30 seconds its clock is ahead. */
    readonly driftSteps: number;
    /** The step of the last code that was taken: each is taken once. */
    readonly lastStep: number;
  };
}

/** Who may be trusted to say who somebody is. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
export interface OpenIdConnectProvider extends Tagged {
  readonly arn: string;
  /** Without `https://`, as in the ARN and in condition keys. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  /** Its keys, where the configuration says them: the set itself, or the path of a file. */
  readonly jwks?: KeySetOrFile;
  readonly createdAt: number;
}

export interface PasswordPolicy {
  readonly minimumPasswordLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
  readonly allowUsersToChangePassword: boolean;
  /** Days. */
  readonly maxPasswordAge?: number;
  readonly passwordReusePrevention?: number;
  readonly hardExpiry?: boolean;
}

export interface AccountSettings {
  readonly alias?: string;
  readonly passwordPolicy?: PasswordPolicy;
}

/** What an account has, by kind; names are the keys of the maps, and of those that have no unique id their ARNs. Entities are plain JSON: events carry them whole. */
export interface Sections {
  readonly users: User;
  readonly groups: Group;
  readonly roles: Role;
  readonly managedPolicies: ManagedPolicy;
  readonly instanceProfiles: InstanceProfile;
  readonly mfaDevices: MfaDevice;
  readonly openIdConnectProviders: OpenIdConnectProvider;
  /** One, named `account`, where anything is set. */
  readonly settings: AccountSettings;
}

export type Section = keyof Sections;

export type Entities = { readonly [Kind in Section]: ReadonlyMap<string, Sections[Kind]> };

/** All of IAM in one account; access-key ids are found through `accessKeyOwners`. */
export interface Identities extends Entities {
  readonly accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Access-key id → user name. */
  readonly accessKeyOwners: ReadonlyMap<string, string>;
  /**
   * Section and name, as `roles/mybucket-access` → what the configuration says of it, as JSON: what it does not change when it is read
   * again stays as the API has left it.
   */
  readonly configured: ReadonlyMap<string, string>;
  /** True from when on a role had a source of its own, whatever came later. */
  readonly hasSources?: true;
  /** Kind and name, as `role/mybucket-access` → how many such there were that have been deleted. */
  readonly deleted: ReadonlyMap<string, number>;
}

/** What a session limits itself to: of all these policies together one must allow. */
export interface SessionPolicies {
  readonly document?: string;
  /** Of managed policies. */
  readonly arns: readonly string[];
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
  | {
      /** Of GetFederationToken. */
      readonly kind: "federated-user";
      readonly accountId: string;
      /** `arn:aws:sts::…:federated-user/NAME` */
      readonly arn: string;
      /** `123456789012:NAME` */
      readonly userId: string;
      /** The user who asked for it, whose policies are its outer limit. */
      readonly userName: string;
      /** `AIDA…` of that user. */
      readonly grantingUserId: string;
    }
  | { readonly kind: "anonymous" };
