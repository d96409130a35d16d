// What do policies know of a request? The condition keys that every request has, whatever its action.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html

import type { Identities, Principal, SessionPolicies } from "./model.ts";
import { granteeOf } from "./principal.ts";

/** Condition keys in lower case, each with its values; a key that the request lacks is not there. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** What a session token says that policies may ask for; a signed session of an instance's role has all of it. */
export interface SessionFacts {
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** By IMDSv1 or IMDSv2. */
  readonly delivery?: "1.0" | "2.0";
  readonly sourceInstanceArn?: string;
  readonly sourceVpcId?: string;
  readonly sourcePrivateIpv4?: string;
  readonly policies?: SessionPolicies;
  /** When a code of an MFA device was given for it, epoch milliseconds. */
  readonly mfaAuthenticatedAt?: number;
  /** Session tags: a role's own tag of the same key gives way. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Who is behind it, whatever roles came between. */
  readonly sourceIdentity?: string;
  /** Of a web identity: the ARN of its provider, or a name such as `accounts.google.com`. */
  readonly federatedProvider?: string;
  /** What else the session keeps, as `token.example.com:sub` of a web identity. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
}

export interface RequestFacts {
  /** The stamp of the request, epoch milliseconds. */
  readonly at: number;
  readonly sourceIp: string;
  readonly secureTransport: boolean;
  readonly requestedRegion: string;
  readonly userAgent?: string | undefined;
  /** Given when the credentials are temporary. */
  readonly session?: SessionFacts | undefined;
}

type Put = (name: string, value: string | undefined) => void;

const isoSeconds = (instant: number) => `${new Date(instant).toISOString().slice(0, 19)}Z`;

const PRINCIPAL_TYPES: Readonly<Record<Principal["kind"], string>> = {
  root: "Account",
  user: "User",
  "assumed-role": "AssumedRole",
  "federated-user": "FederatedUser",
  anonymous: "Anonymous",
};

function putPrincipal(put: Put, identities: Identities, principal: Principal) {
  put("aws:principaltype", PRINCIPAL_TYPES[principal.kind]);
  if (principal.kind === "anonymous") {
    put("aws:principalaccount", "anonymous");
    put("aws:userid", "anonymous");
    return;
  }
  put("aws:principalaccount", principal.accountId);
  put("aws:principalarn", principal.kind === "assumed-role" ? principal.roleArn : principal.arn);
  put("aws:principalisawsservice", "false");
  put("aws:userid", principal.userId);
  if (principal.kind === "user") put("aws:username", principal.userName);
  for (const { key, value } of granteeOf(identities, principal)?.tags ?? []) {
    put(`aws:principaltag/${key.toLowerCase()}`, value);
  }
}

/** Long-term credentials have none of these: that is why `BoolIfExists aws:MultiFactorAuthPresent false` meets them too. */
function putSession(put: Put, session: SessionFacts, at: number) {
  const { mfaAuthenticatedAt } = session;
  put("aws:tokenissuetime", isoSeconds(session.issuedAt));
  put("aws:multifactorauthpresent", String(mfaAuthenticatedAt !== undefined));
  if (mfaAuthenticatedAt !== undefined) {
    put("aws:multifactorauthage", String(Math.floor((at - mfaAuthenticatedAt) / 1000)));
  }
  put("ec2:roledelivery", session.delivery);
  put("ec2:sourceinstancearn", session.sourceInstanceArn);
  put("aws:ec2instancesourcevpc", session.sourceVpcId);
  put("aws:ec2instancesourceprivateipv4", session.sourcePrivateIpv4);
  put("aws:sourceidentity", session.sourceIdentity);
  put("aws:federatedprovider", session.federatedProvider);
  for (const [key, value] of Object.entries(session.tags ?? {})) put(`aws:principaltag/${key.toLowerCase()}`, value);
}

/** All resources are the account's own, so `aws:ResourceAccount` is known for every request. */
export function requestContext(identities: Identities, principal: Principal, facts: RequestFacts): Context {
  const context = new Map<string, readonly string[]>();
  const put: Put = (name, value) => value !== undefined && context.set(name, [value]);
  putPrincipal(put, identities, principal);
  for (const [name, values] of Object.entries(facts.session?.keys ?? {})) context.set(name.toLowerCase(), values);
  if (facts.session) putSession(put, facts.session, facts.at);
  put("aws:currenttime", isoSeconds(facts.at));
  put("aws:epochtime", String(Math.floor(facts.at / 1000)));
  put("aws:sourceip", facts.sourceIp.replace(/^::ffff:(?=\d+\.)/i, ""));
  put("aws:securetransport", String(facts.secureTransport));
  put("aws:useragent", facts.userAgent);
  put("aws:requestedregion", facts.requestedRegion);
  put("aws:resourceaccount", identities.accountId);
  put("aws:viaawsservice", "false");
  return context;
}

/** The context with further keys, as an action adds them: `{"s3:prefix": ["a/"]}`. */
export function withKeys(context: Context, keys: Readonly<Record<string, readonly string[]>>): Context {
  const lowered = Object.entries(keys).map(([name, values]) => [name.toLowerCase(), values] as const);
  return new Map([...context, ...lowered]);
}
