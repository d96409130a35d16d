// How do the query services (STS; IAM alike) say no? One row a reason, in the order in which AWS checks. The texts and the order
// were observed on AWS by the authors of https://github.com/dacut/scratchstack-aws-signature ("AWS Auth Error Ordering").

import type { MissingPart, ScopeFault, TimeFault } from "../../signing/signature.ts";
import { AwsError } from "../call.ts";
import { basicTimestamp, type Denial, type OnlyS3, type Refusal, type Wording } from "./refusal.ts";

const incomplete = (message: string) => new AwsError("IncompleteSignature", 400, message);
const mismatch = (message: string) => new AwsError("SignatureDoesNotMatch", 403, message);
const unauthenticated = () =>
  new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
const invalidToken = (message: string) => new AwsError("InvalidClientTokenId", 403, message);
const unsupported = (algorithm: string) => incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);

/** An unknown first word of a header is an incomplete signature, an unknown algorithm in the query is none at all. */
const algorithm = ({ carriedBy, algorithm }: { carriedBy: "header" | "query"; algorithm: string }) =>
  carriedBy === "header" ? unsupported(algorithm) : unauthenticated();

export const QUERY_REFUSALS: Wording<Exclude<Refusal["fault"], OnlyS3>> = {
  // Answered without a document: the renderer leaves out what has no code.
  "invalid-path": () => new AwsError("", 400, ""),
  "malformed-query": ({ reason, escape: shown }) =>
    new AwsError(
      "MalformedQueryString",
      400,
      reason === "incomplete-escape"
        ? "Incomplete trailing escape % sequence"
        : `Illegal hex character in escape % pattern: ${shown}`,
    ),
  "two-mechanisms": () => mismatch(""),
  "not-signed": unauthenticated,
  "unsupported-algorithm": algorithm,
  "signature-version-4a": algorithm,
  "signature-version-2-header": () => unsupported("AWS"),
  "not-a-pair": ({ pair, authorization }) =>
    incomplete(`'${pair}' not a valid key=value pair (missing equal-sign) in Authorization header: '${authorization}'`),
  "missing-parts": ({ carriedBy, missing }) =>
    incomplete(carriedBy === "header" ? ofHeader(missing) : ofQuery(missing)),
  "host-not-signed": () => mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
  "invalid-date": ({ date }) =>
    incomplete(`Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`),
  "signature-expired": (time) => mismatch(`Signature expired: ${signed(time)} is now earlier than ${edge(time, "-")}`),
  "signature-not-yet-current": (time) =>
    mismatch(`Signature not yet current: ${signed(time)} is still later than ${edge(time, "+")}`),
  "malformed-scope": ({ credential }) =>
    incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    ),
  "wrong-scope": (scope) => mismatch(scopeText(scope)),
  // With a full stop for a key that is not known, without one for a token that is not the key's.
  "invalid-token": () => invalidToken("The security token included in the request is invalid"),
  "unknown-key": () => invalidToken("The security token included in the request is invalid."),
  "expired-token": () => new AwsError("ExpiredToken", 403, "The security token included in the request is expired"),
  "signature-mismatch": () =>
    mismatch(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
        "and signing method. Consult the service documentation for details.",
    ),
  "unserved-operation": ({ operation, parameter }) =>
    new AwsError("InvalidAction", 400, `Could not find operation ${operation} for version ${parameter}`),
  "no-operation": () => new AwsError("MissingAction", 400, "Missing Action"),
  denied: ({ denial }) => new AwsError("AccessDenied", 403, denial ? denialText(denial) : "Access Denied"),
  "body-too-large": ({ limitBytes }) =>
    new AwsError("RequestEntityTooLarge", 413, `The request is larger than ${limitBytes} bytes`),
  defect: internalFailure,
  "internal-error": internalFailure,
  throttled: () => new AwsError("Throttling", 400, "Rate exceeded"),
  unavailable: () =>
    new AwsError("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
};

/** STS does not say why somebody may not have a role, not even that there is none: recorded of AWS. */
export const STS_REFUSALS: typeof QUERY_REFUSALS = {
  ...QUERY_REFUSALS,
  denied(refusal, request) {
    const { denial } = refusal;
    const isOfRole = denial !== undefined && /^arn:[^:]+:iam::\d*:role\//.test(denial.resource);
    return QUERY_REFUSALS.denied(isOfRole ? { ...refusal, denial: { ...denial, reason: "" } } : refusal, request);
  },
};

function internalFailure(): AwsError {
  return new AwsError("InternalFailure", 500, "The request processing has failed because of an unknown error.");
}

const denialText = ({ principalArn, action, resource, reason }: Denial) =>
  `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource}${reason}`;

function ofHeader(missing: readonly MissingPart[]): string {
  const sentences = missing.map((part) =>
    part === "Date"
      ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
      : `Authorization header requires '${part}' parameter.`,
  );
  return `${sentences.join(" ")} Authorization=AWS4-HMAC-SHA256`;
}

function ofQuery(missing: readonly MissingPart[]): string {
  const sentences = missing.map((part) => `AWS query-string parameters must include '${part}'.`);
  return `${sentences.join(" ")} Re-examine the query-string parameters.`;
}

const signed = ({ signedAt = Number.NaN }: TimeFault) => basicTimestamp(signedAt);

/** `20230822T193257Z (20230822T194757Z - 15 min.)` */
function edge({ judgedAt, toleranceMilliseconds }: TimeFault, sign: "-" | "+"): string {
  const instant = sign === "-" ? judgedAt - toleranceMilliseconds : judgedAt + toleranceMilliseconds;
  const minutes = toleranceMilliseconds / 60_000;
  return `${basicTimestamp(instant)} (${basicTimestamp(judgedAt)} ${sign} ${minutes} min.)`;
}

function scopeText({ region, wrongService, terminator, date, expectedService, timestamp }: ScopeFault): string {
  const sentences: string[] = [];
  if (region !== undefined) sentences.push(`Credential should be scoped to a valid region, not '${region}'.`);
  if (wrongService !== undefined) {
    sentences.push(`Credential should be scoped to correct service: '${expectedService}'.`);
  }
  if (terminator !== undefined) {
    sentences.push(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
  }
  if (date !== undefined) {
    const dates = `'${date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'`;
    sentences.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ${dates}.`,
    );
  }
  return sentences.join(" ");
}
