// Who does this request say signed it? Taken apart once, then checked in AWS's order, which CHECKS shows on one screen.

import { headerValues } from "./header-values.ts";
import { judgeTime } from "./judge-time.ts";
import { badEscape } from "./percent-encoding.ts";
import {
  canonicalQuery,
  normalizedUri,
  parameter,
  type RequestTarget,
  readTarget,
  verbatimUri,
} from "./request-target.ts";
import type { Instants, Signature, Signature4, SignatureFault, SignedRequest } from "./signature.ts";
import { partsOfHeader, partsOfQuery, type SignatureParts } from "./signature-parts.ts";
import { hasVersion2, readVersion2 } from "./signature-version-2.ts";
import { basicIso } from "./signing-date.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
const PAYLOAD_HASHES: ReadonlySet<string> = new Set([
  "UNSIGNED-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
]);
const LONGEST_LIFE_SECONDS = 604_800;

/** The request taken apart: what the checks look at. */
interface Draft {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: ReadonlyMap<string, string>;
  readonly parts: SignatureParts;
  readonly authorization: string | undefined;
  readonly signsTwice: boolean;
  /** The credential between its slashes: key id, date, region, service, terminator. */
  readonly scope: readonly string[];
  readonly service: string | undefined;
  readonly signedHeaders: readonly string[];
  /** Undefined where the path leads above the root. */
  readonly uri: string | undefined;
}

/** One rule a line, in the order in which AWS's query services were seen to check; S3's own stand where they fit. */
const CHECKS: readonly ((draft: Draft, instants: Instants, strict: boolean) => SignatureFault | undefined)[] = [
  ({ target }) => pathFault(target.path),
  ({ uri }) => (uri === undefined ? { fault: "invalid-path", reason: "above-root" } : undefined),
  ({ target }) => queryFault(target),
  ({ signsTwice }) => (signsTwice ? { fault: "two-mechanisms" } : undefined),
  ({ parts }) => algorithmFault(parts),
  notAPairFault,
  missingFault,
  ({ signedHeaders }) => (signedHeaders.includes("host") ? undefined : { fault: "host-not-signed" }),
  (draft) => (draft.service === "s3" ? unsignedHeadersFault(draft) : undefined),
  (draft) => (draft.service === "s3" ? payloadHashFault(payloadHash(draft)) : undefined),
  (draft) => (isPresigned(draft) ? expiresFault(draft.parts.expires as string) : undefined),
  ({ parts }) => (parts.signedAt === undefined ? { fault: "invalid-date", date: parts.date as string } : undefined),
  (draft, instants, strict) => judgeTime(signedTime(draft), instants, strict),
  ({ scope, parts }) =>
    scope.length === 5 ? undefined : { fault: "malformed-scope", credential: parts.credential as string },
];

/**
 * What the request claims: undefined when it is not signed at all, else the signature or the first fault, in AWS's order:
 * target, mechanism, parts, signed headers, payload hash, date, time, form of the scope. Tell them apart with `"fault" in`.
 *
 * What the caller does next, in AWS's order: `judgeScope`; open the session token; find the key; `verifySignature`.
 * The order is the one that https://github.com/dacut/scratchstack-aws-signature (AWS Auth Error Ordering) observed.
 */
export function readSignature(
  request: SignedRequest,
  instants: Instants,
  options: { readonly strictClock?: boolean } = {},
): Signature | SignatureFault | undefined {
  const target = readTarget(request.target);
  const headers = headerValues(request.rawHeaders);
  const authorization = headers.get("authorization");
  const algorithm = parameter(target, "X-Amz-Algorithm");
  const version2 = algorithm === undefined && hasVersion2(target);
  const strict = options.strictClock ?? false;
  if (algorithm === undefined && authorization === undefined) {
    const fault = pathFault(target.path) ?? queryFault(target);
    return fault || !version2 ? fault : readVersion2(request.method, target, request.rawHeaders, instants, strict);
  }
  const parts =
    algorithm === undefined ? partsOfHeader(authorization as string, headers) : partsOfQuery(target, algorithm);
  const signsTwice = authorization !== undefined && (algorithm !== undefined || version2);
  const draft = makeDraft(request.method, target, headers, parts, authorization, signsTwice);
  for (const check of CHECKS) {
    const fault = check(draft, instants, strict);
    if (fault) return { ...claimed(draft), ...fault };
  }
  return makeSignature(draft);
}

function makeDraft(
  method: string,
  target: RequestTarget,
  headers: ReadonlyMap<string, string>,
  parts: SignatureParts,
  authorization: string | undefined,
  signsTwice: boolean,
): Draft {
  const scope = parts.credential?.split("/") ?? [];
  const service = scope.length === 5 ? scope[3] : undefined;
  // Without a service nobody knows how it takes paths; such a request fails at its scope anyway.
  const uri = service === undefined || service === "s3" ? verbatimUri(target.path) : normalizedUri(target.path);
  const signedHeaders = parts.signedHeaders?.toLowerCase().split(";") ?? [];
  return { method, target, headers, parts, authorization, signsTwice, scope, service, signedHeaders, uri };
}

/** Who a faulty request says it is from, for the log and for the services' error texts. */
const claimed = ({ scope, service }: Draft) => ({
  ...(service !== undefined && { service }),
  ...(scope[0] !== undefined && { accessKeyId: scope[0] }),
});

function makeSignature(draft: Draft): Signature4 {
  const { parts, scope, headers, signedHeaders } = draft;
  const [accessKeyId, date, region, service, terminator] = scope as [string, string, string, string, string];
  const signedAt = parts.signedAt as number;
  return {
    version: ALGORITHM,
    carriedBy: parts.carriedBy,
    accessKeyId,
    date,
    region,
    service,
    terminator,
    signedHeaders,
    signature: parts.signature as string,
    signedAt,
    timestamp: basicIso(signedAt),
    ...(isPresigned(draft) && { expiresSeconds: Number(parts.expires) }),
    ...(parts.sessionToken !== undefined && { sessionToken: parts.sessionToken }),
    ...(service === "s3" && { payloadHash: payloadHash(draft) as string }),
    canonical: {
      method: draft.method,
      uri: draft.uri as string,
      query: canonicalQuery(draft.target.parameters),
      headers: signedHeaders.map((name) => `${name}:${headers.get(name) ?? ""}\n`).join(""),
    },
  };
}

/** Only S3's signatures in the query have a life of their own; elsewhere the time window holds for them too. */
const isPresigned = ({ service, parts }: Draft) => service === "s3" && parts.carriedBy === "query";

function signedTime(draft: Draft) {
  const signedAt = draft.parts.signedAt as number;
  if (!isPresigned(draft)) return { signedAt };
  const expiresSeconds = Number(draft.parts.expires);
  return { signedAt, expiresSeconds, expiresAt: signedAt + expiresSeconds * 1000 };
}

function pathFault(path: string): SignatureFault | undefined {
  if (!path.startsWith("/")) return { fault: "invalid-path", reason: "not-absolute" };
  return badEscape(path) === undefined ? undefined : { fault: "invalid-path", reason: "bad-escape" };
}

function queryFault({ badEscape: found }: RequestTarget): SignatureFault | undefined {
  if (found === undefined) return undefined;
  return { fault: "malformed-query", reason: found.length < 3 ? "incomplete-escape" : "illegal-escape", escape: found };
}

function algorithmFault({ carriedBy, algorithm }: SignatureParts): SignatureFault | undefined {
  if (algorithm === ALGORITHM) return undefined;
  if (algorithm === "AWS4-ECDSA-P256-SHA256") return { fault: "signature-version-4a", carriedBy, algorithm };
  if (algorithm === "AWS" && carriedBy === "header") return { fault: "signature-version-2-header" };
  return { fault: "unsupported-algorithm", carriedBy, algorithm };
}

function notAPairFault({ parts, authorization }: Draft): SignatureFault | undefined {
  if (parts.notAPair === undefined) return undefined;
  return { fault: "not-a-pair", pair: parts.notAPair, authorization: authorization as string };
}

function missingFault(draft: Draft): SignatureFault | undefined {
  const { carriedBy, expires, missing } = draft.parts;
  const all = isPresigned(draft) && expires === undefined ? [...missing, "X-Amz-Expires" as const] : missing;
  return all.length === 0 ? undefined : { fault: "missing-parts", version: ALGORITHM, carriedBy, missing: all };
}

function unsignedHeadersFault({ headers, signedHeaders }: Draft): SignatureFault | undefined {
  const unsigned = [...headers.keys()].filter((name) => name.startsWith("x-amz-") && !signedHeaders.includes(name));
  return unsigned.length === 0 ? undefined : { fault: "headers-not-signed", headers: unsigned.sort() };
}

function payloadHash({ parts, headers, target }: Draft): string | undefined {
  const inHeader = headers.get("x-amz-content-sha256");
  if (parts.carriedBy === "header") return inHeader;
  return parameter(target, "X-Amz-Content-Sha256") ?? inHeader ?? "UNSIGNED-PAYLOAD";
}

function payloadHashFault(hash: string | undefined): SignatureFault | undefined {
  if (hash === undefined) return { fault: "missing-payload-hash" };
  if (PAYLOAD_HASHES.has(hash) || /^[0-9A-Fa-f]{64}$/.test(hash)) return undefined;
  const isAsymmetric = /^STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD(-TRAILER)?$/.test(hash);
  return { fault: isAsymmetric ? "unsupported-chunk-encoding" : "invalid-payload-hash", payloadHash: hash };
}

function expiresFault(expires: string): SignatureFault | undefined {
  const fault = { fault: "invalid-expires", version: ALGORITHM, expires } as const;
  if (!/^[+-]?\d+$/.test(expires)) return { ...fault, reason: "not-a-number" };
  if (Number(expires) < 0) return { ...fault, reason: "negative" };
  return Number(expires) > LONGEST_LIFE_SECONDS ? { ...fault, reason: "too-long" } : undefined;
}
