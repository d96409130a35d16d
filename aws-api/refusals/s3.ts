// How does S3 say no? One row a reason. Texts recorded from AWS are those of https://github.com/localstack/localstack (tests,
// `*.snapshot.json`) and https://github.com/versity/versitygw (`s3err/`).

import { type HttpRequest, header } from "../../network/message.ts";
import type { Mismatch, ScopeFault, TimeFault } from "../../signing/signature.ts";
import { AwsError } from "../call.ts";
import { isoSeconds } from "../wire/scalars.ts";
import { basicTimestamp, type Case, type Denial, type Refusal, type Wording } from "./refusal.ts";

type Fields = Readonly<Record<string, string>>;

const denied = (message: string, fields: Fields = {}) => new AwsError("AccessDenied", 403, message, fields);
const badArgument = (message: string, name: string, value: string) =>
  new AwsError("InvalidArgument", 400, message, { ArgumentName: name, ArgumentValue: value });
const malformedHeader = (message: string, fields: Fields = {}) =>
  new AwsError("AuthorizationHeaderMalformed", 400, `The authorization header is malformed; ${message}`, fields);
const malformedQuery = (message: string, fields: Fields = {}) =>
  new AwsError("AuthorizationQueryParametersError", 400, message, fields);
const invalidUri = () => new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.");
const invalidRequest = (message: string) => new AwsError("InvalidRequest", 400, message);
const mechanism = () =>
  invalidRequest("The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
const mismatch = (fields: Fields) =>
  new AwsError(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    fields,
  );
const incompleteBody = () =>
  new AwsError(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );

/** Whoever does not sign at all is nobody, and denied like one: there is no row for it. */
export const S3_REFUSALS: Wording<Exclude<Refusal["fault"], "not-signed">> = {
  "invalid-path": invalidUri,
  "malformed-query": invalidUri,
  "two-mechanisms": (_, { rawHeaders }) =>
    badArgument(
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the " +
        "Authorization header should be specified",
      "Authorization",
      header(rawHeaders, "authorization") ?? "",
    ),
  "unsupported-algorithm": ({ carriedBy, algorithm }) =>
    carriedBy === "header"
      ? badArgument("Unsupported Authorization Type", "Authorization", algorithm)
      : malformedQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'),
  "signature-version-4a": mechanism,
  "signature-version-2-header": mechanism,
  "not-a-pair": ({ pair }) => malformedHeader(`the authorization component "${pair}" is malformed.`),
  "missing-parts": missingParts,
  "host-not-signed": () => unsignedHeaders(["host"]),
  "headers-not-signed": ({ headers }) => unsignedHeaders(headers),
  "missing-payload-hash": () => invalidRequest("Missing required header for this request: x-amz-content-sha256"),
  "invalid-payload-hash": ({ payloadHash }) =>
    badArgument(
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.",
      "x-amz-content-sha256",
      payloadHash,
    ),
  "unsupported-chunk-encoding": ({ payloadHash }) =>
    new AwsError("NotImplemented", 501, `The chunk encoding algorithm ${payloadHash} is not supported.`),
  "invalid-expires": ({ version, reason, expires }) =>
    version === "AWS2"
      ? denied(`Invalid date (should be seconds since epoch): ${expires}`)
      : malformedQuery(EXPIRES_TEXTS[reason]),
  "invalid-date": () => denied("AWS authentication requires a valid Date or x-amz-date header"),
  "signature-expired": skewed,
  "signature-not-yet-current": skewed,
  "presigned-expired": (time) => denied("Request has expired", lifeOf(time)),
  "presigned-not-yet-valid": (time) => denied("Request is not valid yet", lifeOf(time)),
  "malformed-scope": (_, request) =>
    scopeError(request)('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'),
  "wrong-scope": wrongScope,
  "unknown-key": ({ accessKeyId }) =>
    new AwsError("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.", {
      AWSAccessKeyId: accessKeyId,
    }),
  "invalid-token": ({ sessionToken }) =>
    new AwsError("InvalidToken", 400, "The provided token is malformed or otherwise invalid.", {
      "Token-0": sessionToken,
    }),
  "expired-token": ({ sessionToken }) =>
    new AwsError("ExpiredToken", 400, "The provided token has expired.", { "Token-0": sessionToken }),
  "signature-mismatch": (fault) => mismatch(mismatchFields(fault)),
  denied: ({ denial }) => denied(denial ? denialText(denial) : "Access Denied"),
  "payload-hash-mismatch": ({ claimed, computed }) =>
    new AwsError(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed },
    ),
  "chunk-signature-mismatch": chunkMismatch,
  "trailer-signature-mismatch": chunkMismatch,
  "chunks-without-signature": mechanism,
  "chunk-too-small": ({ chunk, badChunkSize }) =>
    new AwsError("InvalidChunkSizeError", 400, "Only the last chunk is allowed to have a size less than 8192 bytes", {
      Chunk: String(chunk),
      BadChunkSize: String(badChunkSize),
    }),
  "incomplete-body": incompleteBody,
  "malformed-chunk": incompleteBody,
  "missing-decoded-length": () =>
    new AwsError("MissingContentLength", 411, "You must provide the Content-Length HTTP header."),
  "invalid-decoded-length": ({ value }) =>
    badArgument("x-amz-decoded-content-length must be a number of bytes.", "x-amz-decoded-content-length", value),
  "malformed-trailer": () =>
    new AwsError(
      "MalformedTrailerError",
      400,
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    ),
  "unserved-operation": ({ operation, parameter }) =>
    new AwsError("NotImplemented", 501, "A header you provided implies functionality that is not implemented", {
      Header: parameter ?? operation,
      additionalMessage: `Mayfly does not serve ${operation}`,
    }),
  "no-operation": ({ method, resource }) =>
    new AwsError("MethodNotAllowed", 405, "The specified method is not allowed against this resource.", {
      Method: method,
      ResourceType: resource.toUpperCase(),
    }),
  "body-too-large": ({ limitBytes }) =>
    new AwsError("MaxMessageLengthExceeded", 400, "Your request was too big.", {
      MaxMessageLengthBytes: String(limitBytes),
    }),
  defect: internalError,
  "internal-error": internalError,
  throttled: () => new AwsError("SlowDown", 503, "Please reduce your request rate."),
  unavailable: () => new AwsError("ServiceUnavailable", 503, "Service is unable to handle request."),
  "idle-connection": () =>
    new AwsError(
      "RequestTimeout",
      400,
      "Your socket connection to the server was not read from or written to within the timeout period. " +
        "Idle connections will be closed.",
    ),
};

function internalError(): AwsError {
  return new AwsError("InternalError", 500, "We encountered an internal error. Please try again.");
}

/** S3 quotes the resource, and names none for an action on all buckets. */
export function denialText({
  principalArn,
  action,
  resource,
  reason,
}: Pick<Denial, "principalArn" | "action" | "resource" | "reason">): string {
  const place = resource.endsWith(":::*") ? "" : ` on resource: "${resource}"`;
  return `User: ${principalArn} is not authorized to perform: ${action}${place}${reason}`;
}

const EXPIRES_TEXTS = {
  "not-a-number": "X-Amz-Expires should be a number",
  negative: "X-Amz-Expires must be non-negative",
  "too-long":
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
};

function missingParts({ version, carriedBy, missing }: Case<"missing-parts">): AwsError {
  if (version === "AWS2") {
    return denied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
  }
  if (carriedBy === "query") {
    return malformedQuery(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, " +
        "X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  return missing[0] === "Date"
    ? denied("AWS authentication requires a valid Date or x-amz-date header")
    : malformedHeader("the authorization header requires three components: Credential, SignedHeaders, and Signature.");
}

const unsignedHeaders = (headers: readonly string[]) =>
  denied("There were headers present in the request which were not signed", {
    HeadersNotSigned: headers.join(", "),
  });

function skewed({ signedAt = Number.NaN, toleranceMilliseconds }: TimeFault, { at }: HttpRequest): AwsError {
  return new AwsError(
    "RequestTimeTooSkewed",
    403,
    "The difference between the request time and the current time is too large.",
    {
      RequestTime: basicTimestamp(signedAt),
      ServerTime: isoSeconds(at),
      MaxAllowedSkewMilliseconds: String(toleranceMilliseconds),
    },
  );
}

function lifeOf({ expiresSeconds, limitAt, judgedAt }: TimeFault): Fields {
  return {
    ...(expiresSeconds !== undefined && { "X-Amz-Expires": String(expiresSeconds) }),
    Expires: isoSeconds(limitAt),
    ServerTime: isoSeconds(judgedAt),
  };
}

/** The same fault has another code in a presigned URL. */
const scopeError = ({ rawHeaders }: HttpRequest) =>
  header(rawHeaders, "authorization") !== undefined
    ? malformedHeader
    : (message: string, fields?: Fields) =>
        malformedQuery(`Error parsing the X-Amz-Credential parameter; ${message}`, fields);

/** SDKs read the region that is expected and sign again. */
function wrongScope(fault: ScopeFault, request: HttpRequest): AwsError {
  const error = scopeError(request);
  const { region, wrongService, terminator, date, expectedRegion, expectedService, timestamp } = fault;
  if (wrongService !== undefined) {
    return error(`incorrect service "${wrongService}". This endpoint belongs to "${expectedService}".`);
  }
  if (terminator !== undefined) {
    return error(`incorrect terminal "${terminator}". This endpoint uses "aws4_request".`);
  }
  if (date !== undefined) {
    const day = timestamp.slice(0, 8);
    return error(`Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${day}".`);
  }
  return error(`the region '${region}' is wrong; expecting '${expectedRegion}'`, { Region: expectedRegion });
}

const spacedHex = (latin1: string) =>
  Buffer.from(latin1, "latin1")
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
const asText = (latin1: string) => Buffer.from(latin1, "latin1").toString();

function mismatchFields(fault: Mismatch & { readonly accessKeyId?: string }): Fields {
  const { accessKeyId, stringToSign, signature, canonicalRequest } = fault;
  return {
    ...(accessKeyId !== undefined && { AWSAccessKeyId: accessKeyId }),
    StringToSign: asText(stringToSign),
    SignatureProvided: signature,
    StringToSignBytes: spacedHex(stringToSign),
    ...(canonicalRequest !== undefined && {
      CanonicalRequest: asText(canonicalRequest),
      CanonicalRequestBytes: spacedHex(canonicalRequest),
    }),
  };
}

function chunkMismatch({ stringToSign, signature }: { stringToSign: string; signature: string }): AwsError {
  return mismatch(mismatchFields({ stringToSign, signature }));
}
