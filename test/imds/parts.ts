// A small world for the tests of IMDS: one instance, made by the configuration's own rules, and an account with three profiles.

import type { CredentialRotator, Delivered } from "../../credential-rotator/rotator.ts";
import { secretKey } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { createImds } from "../../imds/imds.ts";
import type { InstanceConfiguration } from "../../instances/configuration.ts";
import type { Instance } from "../../instances/instance.ts";
import { makeInstance } from "../../instances/make.ts";
import { foldInstances, NO_INSTANCES } from "../../instances/state.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../../network/message.ts";
import type { Identities, InstanceProfile } from "../../roles/model.ts";
import { type ImdsTokens, imdsTokens } from "../../signing/imds-tokens.ts";
import type { RoleDelivery, TemporaryCredentials } from "../../signing/session.ts";
import { identitySigner } from "../../signing/sign-identity.ts";

export const ACCOUNT = "123456789012";
export const LAUNCH = Date.parse("2026-09-26T11:03:58Z");
/** When the tests look, unless they say so. */
export const NOW = LAUNCH + 600_000;

/** The instance of that configuration, launched at `LAUNCH`. */
export function instanceOf(configuration: InstanceConfiguration, region = "us-east-1"): Instance {
  const state = foldInstances(NO_INSTANCES, {
    type: "configuration.loaded",
    at: LAUNCH,
    configuration: { account: ACCOUNT, region, instances: { demo: configuration } },
  });
  const [entry] = state.entries.values();
  if (!entry) throw new Error("one instance was configured");
  return makeInstance(state, entry, 0);
}

const profile = (name: string, roleName?: string): [string, InstanceProfile] => [
  name,
  {
    name,
    path: "/",
    arn: `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`,
    id: `AIPA${name.toUpperCase().replace(/[^A-Z]/g, "")}`.padEnd(21, "A"),
    createdAt: 0,
    tags: [],
    ...(roleName !== undefined && { roleName }),
  },
];

export const IDENTITIES: Identities = {
  accountId: ACCOUNT,
  partition: "aws",
  users: new Map(),
  groups: new Map(),
  roles: new Map(),
  managedPolicies: new Map(),
  instanceProfiles: new Map([
    profile("mybucket-access", "mybucket-role"),
    profile("role-less"),
    profile("untrusted", "untrusted-role"),
  ]),
  mfaDevices: new Map(),
  openIdConnectProviders: new Map(),
  settings: new Map(),
  accessKeyOwners: new Map(),
  configured: new Map(),
  deleted: new Map(),
};

function credentialsOf(instance: Instance, roleName: string, delivery: RoleDelivery): TemporaryCredentials {
  const digit = delivery === "1.0" ? "1" : "2";
  return {
    accessKeyId: `ASIA${digit.repeat(16)}`,
    secretAccessKey: digit.repeat(40),
    sessionToken: `IQoJ${digit.repeat(400)}`,
    session: {
      kind: "instance-role",
      accountId: ACCOUNT,
      roleName,
      roleId: "AROAEXAMPLE",
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
      sessionName: instance.instanceId,
      associationId: instance.association?.associationId ?? "",
      delivery,
      issuedAt: LAUNCH,
      expiresAt: LAUNCH + 6 * 3_600_000,
      forcedRotations: 0,
      sourceInstanceArn: "",
      sourceVpcId: instance.networkInterfaces[0].vpcId,
      sourcePrivateIpv4: instance.networkInterfaces[0].privateIpAddresses[0] ?? "",
    },
  };
}

export const UNTRUSTED_MESSAGE =
  "EC2 cannot assume the role untrusted-role.  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/" +
  "troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.";

/** A rotator that gives each kind of reader one set for ever, and whose second profile's role does not trust EC2. */
export function standInRotator(later = false): CredentialRotator {
  const roleName = (instance: Instance) =>
    IDENTITIES.instanceProfiles.get(instance.association?.instanceProfileName ?? "")?.roleName;
  const made = new Map<string, TemporaryCredentials>();
  const deliver = (instance: Instance, delivery: RoleDelivery): Delivered | undefined => {
    const role = roleName(instance);
    if (role === undefined) return undefined;
    if (role === "untrusted-role") {
      const code = "AssumeRoleUnauthorizedAccess";
      return { outcome: "failure", code, message: UNTRUSTED_MESSAGE, lastUpdatedAt: LAUNCH + 3000 };
    }
    const credentials = made.get(delivery) ?? credentialsOf(instance, role, delivery);
    made.set(delivery, credentials);
    return { outcome: "success", credentials, lastUpdatedAt: LAUNCH + 27_000, expiresAt: LAUNCH + 6 * 3_600_000 };
  };
  return {
    roleName,
    hasDelivered: () => false,
    isReal: () => false,
    expiresAt: () => undefined,
    deliver: (instance, delivery) =>
      later ? Promise.resolve(deliver(instance, delivery)) : deliver(instance, delivery),
    profile: (instance) => {
      const { instanceProfileName = "", associatedAt = 0 } = instance.association ?? {};
      const profile = IDENTITIES.instanceProfiles.get(instanceProfileName);
      if (!profile?.roleName) return undefined;
      return { code: "Success", arn: profile.arn, id: profile.id, lastUpdatedAt: associatedAt };
    },
    identify: (instance, delivery) => ({
      outcome: "success",
      credentials: credentialsOf(instance, "identity", delivery),
      lastUpdatedAt: LAUNCH,
      expiresAt: LAUNCH + 6 * 3_600_000,
    }),
    deliverToContainer: () => undefined,
    identifiedAt: () => LAUNCH,
    open: () => "tampered",
    announcements: () => [],
    issue: () => Promise.reject(new Error("nothing is given out here")),
    nextAnnouncementAt: () => undefined,
  };
}

/** Real ones, of a key and a salt that are the same in every run. */
const TOKENS = imdsTokens(secretKey(Buffer.alloc(32, 1)), seededEntropy("tokens"));

/** Real as well: its keys ship with Mayfly. */
export const signIdentity = identitySigner();

export interface World {
  readonly instance: Instance;
  readonly roleName: string;
  readonly tokens: ImdsTokens;
  /** A token with so many seconds to live, minted at `NOW`. */
  token(ttlSeconds: number): string;
  readonly handler: HttpHandler;
  /** Asks for what is answered at once; the header list is the whole of what is sent. */
  ask(method: string, target: string, rawHeaders?: readonly string[], at?: number): HttpReply;
  /** GET with a valid token. */
  get(target: string): HttpReply;
}

/** The handler around the instance of that configuration, or around one that is changed or looks at another account. */
export function worldOf(
  configuration: InstanceConfiguration,
  change: Partial<Instance> = {},
  identities = IDENTITIES,
): World {
  const instance = { ...instanceOf(configuration), ...change };
  const rotator = standInRotator();
  const parts = { findInstance: () => instance, rotator, identities: () => identities, tokens: TOKENS };
  const handler = createImds({ ...parts, signIdentity });
  const token = (ttlSeconds: number) => TOKENS.mint(instance.instanceId, ttlSeconds, NOW);
  const ask: World["ask"] = (method, target, rawHeaders = [], at = NOW) => {
    const reply = handler(requestOf(method, target, rawHeaders, at));
    if (reply instanceof Promise) throw new Error("this answer should come at once");
    return reply;
  };
  const roleName = rotator.roleName(instance, NOW) ?? "";
  return {
    instance,
    roleName,
    tokens: TOKENS,
    token,
    handler,
    ask,
    get: (target) => ask("GET", target, ["X-aws-ec2-metadata-token", token(300)]),
  };
}

export function requestOf(method: string, target: string, rawHeaders: readonly string[], at = NOW): HttpRequest {
  return {
    method,
    target,
    rawHeaders,
    body: (async function* () {})(),
    at,
    realAt: at,
    remoteAddress: "10.0.0.9",
    remotePort: 50000,
    localAddress: "127.0.0.1",
    localPort: 1338,
  };
}

/** The headers of a reply in order, names and values joined. */
export function headersOf(reply: HttpReply): string[] {
  const written: string[] = [];
  for (let i = 0; i < reply.rawHeaders.length; i += 2) {
    written.push(`${reply.rawHeaders[i]}: ${reply.rawHeaders[i + 1]}`);
  }
  return written;
}
