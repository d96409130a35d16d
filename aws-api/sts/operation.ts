// What are STS's operations written in? Each says what it takes to be allowed, and gives out credentials.

import type { CredentialRotator, NewSession } from "../../credential-rotator/rotator.ts";
import type { SecretKey } from "../../entropy/hash.ts";
import type { IdentitiesChanged } from "../../roles/events.ts";
import type { Identities } from "../../roles/model.ts";
import type { IssuedSession, Session, TemporaryCredentials } from "../../signing/session.ts";
import { LONGEST_TOKEN } from "../../signing/session-tokens.ts";
import type { Answer, Call, Members, Parts, Permission } from "../call.ts";
import type { BoundOperation } from "../exchange.ts";
import { accessDenied, packedPolicyTooLarge } from "./errors.ts";
import { type DiscoverKeys, type ProviderKeys, providerKeys } from "./provider-keys.ts";

/** What its operations work with. */
export interface StsTools extends Pick<Parts<Identities, IdentitiesChanged>, "commit"> {
  readonly keys: ProviderKeys;
  readonly masterKey: SecretKey;
  readonly rotator: Pick<CredentialRotator, "issue">;
  identities(): Identities;
}

export { inputOf } from "../call.ts";

export type StsParts = Omit<StsTools, "commit" | "keys"> & {
  /** STS changes the account where a code of an MFA device is used up. */
  readonly iam: Pick<StsTools, "commit">;
  readonly discoverKeys?: DiscoverKeys;
};

export interface StsOperation {
  /** It may come unsigned. */
  readonly unsigned?: true;
  permissions(call: Call, identities: Identities): readonly Permission[];
  act(call: Call, tools: StsTools): Answer | Promise<Answer>;
}

export function bindSts(
  operations: Readonly<Record<string, StsOperation>>,
  parts: StsParts,
): Readonly<Record<string, BoundOperation>> {
  const tools: StsTools = {
    keys: providerKeys(parts.discoverKeys ?? (async () => "elsewhere")),
    masterKey: parts.masterKey,
    rotator: parts.rotator,
    identities: () => parts.identities(),
    commit: (decide) => parts.iam.commit(decide),
  };
  const bound = Object.entries(operations).map(([name, operation]): [string, BoundOperation] => [
    name,
    {
      ...(operation.unsigned && { unsigned: true }),
      permissions(call) {
        if (!isFor(call.session, name)) throw accessDenied(`Cannot call ${name} with session credentials`);
        return operation.permissions(call, tools.identities());
      },
      act: (call) => operation.act(call, tools),
    },
  ]);
  return Object.fromEntries(bound);
}

const ANYBODY = ["GetCallerIdentity", "AssumeRoleWithWebIdentity"];
const LASTING_KEYS_ONLY = ["GetSessionToken", "GetFederationToken"];

/**
 * Whether STS does that for such a session. Its words are recorded for GetSessionToken and GetFederationToken, and are a guess for
 * what else the sessions of users may not call.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
function isFor(session: Session | undefined, operation: string): boolean {
  if (session === undefined || ANYBODY.includes(operation)) return true;
  switch (session.kind) {
    case "user":
    case "console":
      return operation === "AssumeRole";
    case "federated-user":
      return false;
    default:
      return !LASTING_KEYS_ONLY.includes(operation);
  }
}

/**
 * The credentials of a new session.
 * @throws AwsError PackedPolicyTooLarge where its token would be longer than what is ever taken: what a web identity says counts as well
 */
export async function giveOut<Of extends IssuedSession>(
  { rotator }: StsTools,
  session: NewSession<Of>,
): Promise<TemporaryCredentials<Of>> {
  const credentials = await rotator.issue<Of>(session);
  const size = Math.ceil((credentials.sessionToken.length / LONGEST_TOKEN) * 100);
  if (size > 100) {
    throw packedPolicyTooLarge(`Packed policy consumes ${size}% of allotted space, please use smaller policy.`);
  }
  return credentials;
}

export const credentialsOf = ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  session,
}: TemporaryCredentials): Members => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretAccessKey,
  SessionToken: sessionToken,
  Expiration: session.expiresAt,
});

/** When a session begins and ends that is given now, in whole seconds. */
export function lifetimeOf({ request }: Call, seconds: number) {
  const issuedAt = Math.floor(request.at / 1000) * 1000;
  return { issuedAt, expiresAt: issuedAt + seconds * 1000 };
}
