// Whom does this token of an identity provider speak of, and is it true? What AssumeRoleWithWebIdentity asks of it, in AWS's order as far
// as that is known, and what policies see of it then.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif

import { isObject } from "../../roles/json.ts";
import type { Identities, OpenIdConnectProvider } from "../../roles/model.ts";
import { providerUrl } from "../../roles/oidc-providers.ts";
import type { Claims } from "../../signing/web-identity-tokens.ts";
import { AwsError } from "../call.ts";
import { invalidIdentityToken } from "./errors.ts";
import type { StsTools } from "./operation.ts";
import type { RequestedTags } from "./session-tags.ts";

/** What a token proves. */
export interface ProvenIdentity {
  readonly provider: OpenIdConnectProvider;
  readonly subject: string;
  readonly audience: string;
  /** Condition keys: `{"idp.example:sub": ["alice"]}`. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly tags: RequestedTags;
  readonly sourceIdentity: string | undefined;
}

const REQUIRED = ["iss", "sub", "aud", "exp", "iat"];

const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity " +
  "documentation for requirements";
const NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";

/** Rejects with AwsError. */
export async function proveIdentity(token: string, at: number, tools: StsTools): Promise<ProvenIdentity> {
  const { readClaims } = await import("../../signing/web-identity-tokens.ts");
  const claims = readClaims(token);
  if (!claims) throw invalidIdentityToken(NO_JWT);
  const missing = REQUIRED.find((claim) => claims[claim] === undefined);
  if (missing !== undefined) throw invalidIdentityToken(`Missing a required claim: ${missing}`);
  const { iss, sub } = claims;
  if (typeof iss !== "string" || typeof sub !== "string") throw invalidIdentityToken(NO_JWT);
  const provider = providerOf(tools.identities(), iss);
  await checkSignature(token, provider, iss, at, tools);
  checkTimes(claims, Math.floor(at / 1000));
  return identityOf(claims, provider, sub);
}

function providerOf({ openIdConnectProviders }: Identities, issuer: string): OpenIdConnectProvider {
  const url = providerUrl(issuer);
  const found = openIdConnectProviders.values().find((provider) => provider.url === url);
  if (found) return found;
  throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`);
}

async function checkSignature(
  token: string,
  provider: OpenIdConnectProvider,
  issuer: string,
  at: number,
  { keys }: StsTools,
): Promise<void> {
  const { judgeToken } = await import("../../signing/web-identity-tokens.ts");
  const judge = async (anew: boolean) => {
    const found = await keys.of(provider, issuer, at, anew).catch((problem: Error) => problem);
    if (found instanceof Error) throw invalidIdentityToken(`${NO_KEY} (${found.message})`);
    if (found === "unreachable") {
      throw new AwsError("IDPCommunicationError", 400, `${issuer} does not say its keys`);
    }
    if (found === "elsewhere") {
      throw invalidIdentityToken(`${NO_KEY} (Mayfly asks nobody beyond this machine: write jwks into oidcProviders)`);
    }
    return judgeToken(token, found);
  };
  const judged = await judge(false);
  const settled = judged === "unknown-key" ? await judge(true) : judged;
  if (settled === "unknown-key") throw invalidIdentityToken(NO_KEY);
  // How AWS words this is not recorded.
  if (settled === "forged") throw invalidIdentityToken("The signature of the ID Token is not valid");
}

/** Epoch seconds. Only the words for what has expired are recorded. */
function checkTimes({ exp, iat, nbf }: Claims, now: number): void {
  if (typeof exp !== "number" || typeof iat !== "number") throw invalidIdentityToken(NO_JWT);
  if (now >= exp) {
    const message = `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`;
    throw new AwsError("ExpiredTokenException", 400, message);
  }
  const from = Math.max(iat, typeof nbf === "number" ? nbf : iat);
  if (now < from) throw invalidIdentityToken(`Token is not yet valid: current date/time ${now} is before ${from}`);
}

const textsOf = (value: unknown): readonly string[] => [value].flat().filter((each) => typeof each === "string");

/** `azp` says for whom a token is where its audience does not: https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
function identityOf({ azp, ...claims }: Claims, provider: OpenIdConnectProvider, subject: string): ProvenIdentity {
  const audiences = textsOf(azp ?? claims.aud);
  const audience = audiences.find((each) => provider.clientIds.includes(each));
  if (audience === undefined) throw invalidIdentityToken("Incorrect token audience");
  const keys = {
    aud: audiences,
    ...(azp !== undefined && { oaud: textsOf(claims.aud) }),
    sub: [subject],
    amr: textsOf(claims.amr),
  };
  const given = Object.entries(keys).filter(([, values]) => values.length > 0);
  return {
    provider,
    subject,
    audience,
    keys: Object.fromEntries(given.map(([key, values]) => [`${provider.url}:${key}`, values])),
    tags: tagsOf(claims["https://aws.amazon.com/tags"]),
    sourceIdentity: textsOf(claims["https://aws.amazon.com/source_identity"])[0],
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
function tagsOf(claim: unknown): RequestedTags {
  const { principal_tags, transitive_tag_keys } = isObject(claim) ? claim : {};
  return {
    tags: Object.entries(isObject(principal_tags) ? principal_tags : {}).map(
      ([key, values]) => [key, textsOf(values)[0] ?? ""] as const,
    ),
    transitiveKeys: textsOf(transitive_tag_keys),
  };
}
