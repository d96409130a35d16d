// Who is in the account? The `account`, `roles`, `groups`, `users`, `policies` and `instanceProfiles` of the configuration.

import { z } from "zod";
import { ACCOUNT_ID } from "./arn.ts";
import { description, document, instant, managedPolicy, named, origin, path, tags } from "./configuration-pieces.ts";
import { checkReferences } from "./configuration-references.ts";
import * as limits from "./limits.ts";
import type { MalformedPolicy } from "./malformed-policy.ts";
import { oidcProviders } from "./oidc-providers.ts";
import { parsePolicy } from "./policy.ts";
import { credentialSource } from "./source.ts";
import { strictMapping } from "./strict-mapping.ts";
import { trustPolicyFor } from "./trust.ts";

export { strictMapping };

const grants = {
  path,
  policies: named("policy", document("identity")).describe("Inline policies: documents by name").exactOptional(),
  managedPolicies: z
    .array(z.string())
    .max(limits.ATTACHED_POLICIES, `must not be more than ${limits.ATTACHED_POLICIES}`)
    .describe("Attached policies, AWS's or those of `policies`, by name or ARN")
    .exactOptional(),
};

const permissionsBoundary = z
  .string()
  .describe("The managed policy, by name or ARN, that limits what the others can allow")
  .exactOptional();

const role = strictMapping({
  ...origin("AROA"),
  ...grants,
  permissionsBoundary,
  description,
  maxSessionDuration: z
    .int()
    .min(3600)
    .max(43_200)
    .describe("The longest session that AssumeRole gives, in seconds; 3600 unless given")
    .exactOptional(),
  trust: z
    .union([z.string(), z.array(z.string()).min(1)], "must be a service such as ec2.amazonaws.com, or a list")
    .describe("Who may assume it: services, accounts, ARNs")
    .exactOptional(),
  trustPolicy: document("trust").describe("The same as a whole document").exactOptional(),
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
  status: z.enum(["Active", "Inactive"]).describe("Active unless given").exactOptional(),
  createDate: instant.exactOptional(),
});

const password = z
  .string("must be a string; put it in quotes")
  .regex(limits.PASSWORD, "must be 1 to 128 characters of Latin-1")
  .max(limits.PASSWORD_LENGTH);

const mfaDevice = strictMapping({
  seed: z.string().regex(/^[A-Z2-7]{16,128}$/, "must be 16 to 128 characters of A-Z and 2-7"),
  name: z.string().regex(limits.NAME).describe("The user's name unless given").exactOptional(),
  path,
});

const mfa = z.union(
  [z.literal(true), mfaDevice, z.array(mfaDevice).max(limits.MFA_DEVICES_PER_USER)],
  "must be true, {seed: …} in base 32, or a list of these",
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
  ...origin("AIDA"),
  ...grants,
  permissionsBoundary,
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
  password: password
    .describe("For the console: itself, or its hash as mayfly export writes it; only that is kept")
    .exactOptional(),
  passwordResetRequired: z.boolean().describe("Whether the first sign-in asks for a new one").exactOptional(),
  mfa: mfa.describe("A virtual MFA device of its name, whose seed is derived unless given; or several").exactOptional(),
  tags,
});

const group = strictMapping({ ...origin("AGPA"), ...grants });

const instanceProfile = strictMapping({
  ...origin("AIPA"),
  path,
  role: z.string().describe("The role in it").exactOptional(),
  tags,
})
  .nullable()
  .describe("null: none, though there is a role of that name");

/** The keys for the configuration's own object; `checkIdentities` holds what no key can know by itself. */
export const identitiesShape = {
  account: z
    .string('must be 12 digits in quotes, such as "123456789012"')
    .regex(ACCOUNT_ID, 'must be 12 digits, such as "123456789012"')
    .exactOptional(),
  policies: named("policy", managedPolicy)
    .describe(
      "The account's own managed policies: documents by name, or mappings with path, description, tags and versions",
    )
    .exactOptional(),
  roles: named("role", role).describe("Each has an instance profile of its name, too").exactOptional(),
  groups: named("group", group).exactOptional(),
  users: named("user", user).exactOptional(),
  accountAlias: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9]|-(?!-))*[a-z0-9]$/, "must be small letters and digits, and single hyphens between them")
    .min(3)
    .max(63)
    .describe("What the account is called beside its number")
    .exactOptional(),
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
