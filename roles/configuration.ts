// Who is in the account? The `account`, `roles`, `groups`, `users`, `policies` and `instanceProfiles` of the configuration.

import { z } from "zod";
import { ACCOUNT_ID } from "./arn.ts";
import { checkReferences } from "./configuration-references.ts";
import { keySetOrFile } from "./key-set.ts";
import * as limits from "./limits.ts";
import { MalformedPolicy } from "./malformed-policy.ts";
import type { PolicyDocument } from "./model.ts";
import { parsePolicy } from "./policy.ts";
import { credentialSource } from "./source.ts";
import type { PolicyKind } from "./statement.ts";
import { strictMapping } from "./strict-mapping.ts";
import { trustPolicyFor } from "./trust.ts";

export { strictMapping };

/** Entities by name; IAM's pattern and length for names of that kind. */
function named<Schema extends z.ZodType>(kind: keyof typeof limits.NAME_LENGTH, schema: Schema) {
  const length = limits.NAME_LENGTH[kind];
  const error = `a name is 1 to ${length} letters, digits and characters of _+=,.@-`;
  const name = z.string().regex(limits.NAME).max(length);
  return z.record(name, schema, { error: ({ code }) => (code === "invalid_key" ? error : undefined) });
}

/** The error of a policy document as one of the configuration, at its place. */
function checkPolicy(document: PolicyDocument, kind: PolicyKind, context: z.RefinementCtx, path = [] as string[]) {
  try {
    parsePolicy(document, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    context.addIssue({ code: "custom", path: [...path, ...error.path], message: error.detail });
  }
}

const document = (kind: PolicyKind) =>
  z
    .record(z.string(), z.unknown(), "must be a policy document with Version and Statement")
    .superRefine((written, context) => checkPolicy(written, kind, context));

const path = z
  .string()
  .regex(limits.PATH, "must begin and end with a slash, as in /division/")
  .max(limits.PATH_LENGTH)
  .describe("The path in the ARN; / unless given")
  .exactOptional();

const tags = z
  .record(
    z.string().min(1).max(limits.TAG_KEY_LENGTH),
    z.string("must be a string; put it in quotes").max(limits.TAG_VALUE_LENGTH),
  )
  .refine((written) => Object.keys(written).length <= limits.TAGS, `must not be more than ${limits.TAGS}`)
  .exactOptional();

const grants = {
  path,
  policies: named("policy", document("identity")).describe("Inline policies: documents by name").exactOptional(),
  managedPolicies: z
    .array(z.string())
    .max(limits.ATTACHED_POLICIES, `must not be more than ${limits.ATTACHED_POLICIES}`)
    .describe("Attached policies, AWS's or those of `policies`, by name or ARN")
    .exactOptional(),
};

const role = strictMapping({
  ...grants,
  trust: z
    .union([z.string(), z.array(z.string()).min(1)], "must be a service such as ec2.amazonaws.com, or a list")
    .describe("Who may assume it: services, accounts, ARNs")
    .exactOptional(),
  trustPolicy: document("trust").describe("The same as a whole document").exactOptional(),
  maxSessionDurationSeconds: z
    .int()
    .min(limits.SESSION_SECONDS.min)
    .max(limits.SESSION_SECONDS.max)
    .describe("How long a session of AssumeRole may be; 3600 unless given")
    .exactOptional(),
  source: credentialSource
    .describe("Where its credentials come from; unless given the simulation makes them")
    .exactOptional(),
  tags,
}).superRefine((written, context) => {
  if ((written.trust === undefined) === (written.trustPolicy === undefined)) {
    const message = "needs either trust, such as ec2.amazonaws.com, or a trustPolicy";
    context.addIssue({ code: "custom", path: [], message });
  }
  const trusted = [written.trust ?? []].flat();
  for (const one of trusted) {
    try {
      parsePolicy(trustPolicyFor([one]), "trust");
    } catch (error) {
      context.addIssue({ code: "custom", path: ["trust"], message: (error as MalformedPolicy).detail });
    }
  }
});

const accessKey = strictMapping({
  id: z.string().regex(/^AKIA[A-Z0-9]{16}$/, "must be AKIA and 16 capital letters or digits"),
  secret: z.string().regex(/^[A-Za-z0-9+/]{40}$/, "must be 40 letters, digits, + or /"),
});

const password = z
  .string("must be a string; put it in quotes")
  .regex(limits.PASSWORD, "must be 1 to 128 characters of Latin-1")
  .max(limits.PASSWORD_LENGTH);

const mfa = z.union(
  [
    z.literal(true),
    strictMapping({ seed: z.string().regex(/^[A-Z2-7]{16,128}$/, "must be 16 to 128 characters of A-Z and 2-7") }),
  ],
  "must be true, or {seed: …} in base 32",
);

const passwordPolicy = strictMapping({
  minimumPasswordLength: z.int().min(6).max(limits.PASSWORD_LENGTH).describe("6 unless given").exactOptional(),
  requireSymbols: z.boolean().exactOptional(),
  requireNumbers: z.boolean().exactOptional(),
  requireUppercaseCharacters: z.boolean().exactOptional(),
  requireLowercaseCharacters: z.boolean().exactOptional(),
  allowUsersToChangePassword: z.boolean().describe("Whether users may change their own").exactOptional(),
  maxPasswordAge: z.int().min(1).max(limits.PASSWORD_AGE_DAYS).describe("Days").exactOptional(),
  passwordReusePrevention: z.int().min(1).max(limits.REMEMBERED_PASSWORDS).exactOptional(),
  hardExpiry: z.boolean().describe("Whether an expired password takes an administrator").exactOptional(),
});

const keysAtMost = `must not be more than ${limits.ACCESS_KEYS_PER_USER}`;

const user = strictMapping({
  ...grants,
  groups: z
    .array(z.string())
    .max(limits.GROUPS_PER_USER, `must not be more than ${limits.GROUPS_PER_USER}`)
    .exactOptional(),
  accessKeys: z
    .union(
      [
        z.int().min(0).max(limits.ACCESS_KEYS_PER_USER, keysAtMost),
        z.array(accessKey).max(limits.ACCESS_KEYS_PER_USER, keysAtMost),
      ],
      "must be how many to make, or a list of {id, secret}",
    )
    .describe("How many to make, or the keys themselves")
    .exactOptional(),
  password: password.describe("For the console; only its hash is kept").exactOptional(),
  passwordResetRequired: z.boolean().describe("Whether the first sign-in asks for a new one").exactOptional(),
  mfa: mfa.describe("A virtual MFA device of its name; its seed is derived unless given").exactOptional(),
  tags,
});

const instanceProfile = strictMapping({ path, role: z.string().describe("The role in it").exactOptional() });

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
const oidcProvider = strictMapping({
  clientIds: z
    .array(z.string().min(1).max(255))
    .max(limits.CLIENT_IDS, `must not be more than ${limits.CLIENT_IDS}`)
    .describe("The audiences that its tokens are taken for")
    .exactOptional(),
  thumbprints: z
    .array(z.string().regex(/^[0-9A-Fa-f]{40}$/, "must be 40 hexadecimal digits"))
    .max(limits.THUMBPRINTS, `must not be more than ${limits.THUMBPRINTS}`)
    .exactOptional(),
  jwks: keySetOrFile.describe("Its keys; unless given they are fetched, from this machine alone").exactOptional(),
  tags,
});

const oidcProviders = z
  .record(
    z
      .string()
      .regex(/^(https:\/\/|http:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]?)[^\s?#]+$/)
      .max(limits.PROVIDER_URL_LENGTH),
    oidcProvider,
    {
      error: ({ code }) =>
        code === "invalid_key" ? "an issuer is an https:// URL, or an http:// one on loopback" : undefined,
    },
  )
  .describe("OpenID Connect providers whose tokens AssumeRoleWithWebIdentity takes, by the URL of the issuer");

/** The keys for the configuration's own object; `checkIdentities` holds what no key can know by itself. */
export const identitiesShape = {
  account: z
    .string('must be 12 digits in quotes, such as "123456789012"')
    .regex(ACCOUNT_ID, 'must be 12 digits, such as "123456789012"')
    .exactOptional(),
  policies: named("policy", document("identity"))
    .describe("The account's own managed policies: documents by name")
    .exactOptional(),
  roles: named("role", role).describe("Each has an instance profile of its name, too").exactOptional(),
  groups: named("group", strictMapping(grants)).exactOptional(),
  users: named("user", user).exactOptional(),
  passwordPolicy: passwordPolicy.describe("What passwords of users must be like").exactOptional(),
  oidcProviders: oidcProviders.exactOptional(),
  instanceProfiles: named("instance-profile", instanceProfile)
    .describe("Further instance profiles, or other ones than the roles have by themselves")
    .exactOptional(),
};

const identitiesObject = strictMapping(identitiesShape);

export type IdentitiesConfiguration = z.infer<typeof identitiesObject>;

/** A refinement of an object with `identitiesShape`: the names that it refers to, and IAM's limits. */
export function checkIdentities(configuration: IdentitiesConfiguration, context: z.RefinementCtx): void {
  for (const { path, message } of checkReferences(configuration)) context.addIssue({ code: "custom", path, message });
}

/** The identities alone, as a configuration of their own. */
export const identitiesConfiguration = identitiesObject.superRefine(checkIdentities);
