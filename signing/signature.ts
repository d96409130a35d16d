// What does a request claim about who signed it, and what can be wrong with that claim? Data only: each AWS service words the
// same fault in its own way, so no text, code or status is here.

/** What of a request is signed. `HttpRequest` is one. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  /** Names and values in turn, each character one byte (latin1), as node:http gives them. */
  readonly rawHeaders: readonly string[];
}

/** The instants by which a signature's date is judged, in epoch milliseconds. `HttpRequest` has both. */
export interface Instants {
  /** The simulated instant. */
  readonly at: number;
  /** The real instant. */
  readonly realAt: number;
}

interface Claim {
  readonly accessKeyId: string;
  /** The service that the credential names (`sts`); always `s3` in version 2. */
  readonly service: string;
  /** `X-Amz-Security-Token`, of a header or the query. */
  readonly sessionToken?: string;
  /** As sent: hex in version 4, base64 in version 2. */
  readonly signature: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export interface Signature4 extends Claim {
  readonly version: "AWS4-HMAC-SHA256";
  readonly carriedBy: "header" | "query";
  /** Of the credential scope: `20151124`. `judgeScope` compares it with the instant of signing. */
  readonly date: string;
  readonly region: string;
  /** `aws4_request` where it is right. */
  readonly terminator: string;
  /** Lower case, in the order of `SignedHeaders`. */
  readonly signedHeaders: readonly string[];
  /** Epoch milliseconds, on a whole second. */
  readonly signedAt: number;
  /** The same as ISO 8601 basic format, as signed: `20151124T123600Z`. */
  readonly timestamp: string;
  /** `X-Amz-Expires`, only of S3's presigned requests: 0 to 604800. */
  readonly expiresSeconds?: number;
  /**
   * What the payload hash of the canonical request is, for S3: the hex SHA-256 that the body must have, `UNSIGNED-PAYLOAD`
   * or a `STREAMING-…`. Absent elsewhere: hash the body and hand it to `verifySignature`.
   */
  readonly payloadHash?: string;
  /** The canonical request, made on the way: all but the last line, which is the payload hash. */
  readonly canonical: {
    readonly method: string;
    readonly uri: string;
    readonly query: string;
    /** `name:value\n` for each of `signedHeaders`. */
    readonly headers: string;
  };
}

/** A query signature of version 2: S3's presigned URLs only. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
export interface Signature2 extends Claim {
  readonly version: "AWS2";
  readonly carriedBy: "query";
  readonly service: "s3";
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** The string to sign, made on the way, in two parts: a bucket that the Host names stands between them. */
  readonly canonical: { readonly head: string; readonly resource: string };
}

export type Signature = Signature4 | Signature2;

/** The parts that a signature lacks, in the order in which AWS names them. */
export type MissingPart =
  | "Credential"
  | "Signature"
  | "SignedHeaders"
  | "Date"
  | "X-Amz-Credential"
  | "X-Amz-Signature"
  | "X-Amz-SignedHeaders"
  | "X-Amz-Date"
  | "X-Amz-Expires"
  | "AWSAccessKeyId"
  | "Expires";

/** What is wrong; `fault` tells which. In the order in which `readSignature`, `judgeScope` and `verifySignature` find them. */
export type SignatureFault = {
  /** The service and the key that the credential names, as far as they could be read. */
  readonly service?: string;
  readonly accessKeyId?: string;
} & (
  | { readonly fault: "invalid-path"; readonly reason: "bad-escape" | "not-absolute" | "above-root" }
  /** `escape` is what stands there: `%z1`, or `%4` at the end. */
  | {
      readonly fault: "malformed-query";
      readonly reason: "incomplete-escape" | "illegal-escape";
      readonly escape: string;
    }
  /** Both an Authorization header and a signature in the query. */
  | { readonly fault: "two-mechanisms" }
  /** The first word of the Authorization header, or the first `X-Amz-Algorithm`, is none that anyone knows. */
  | { readonly fault: "unsupported-algorithm"; readonly carriedBy: "header" | "query"; readonly algorithm: string }
  /** `AWS4-ECDSA-P256-SHA256`: right on AWS, not offered here. */
  | { readonly fault: "signature-version-4a"; readonly carriedBy: "header" | "query"; readonly algorithm: string }
  /** `Authorization: AWS key:signature`: not offered by S3 in new regions, nor here. */
  | { readonly fault: "signature-version-2-header" }
  /** A part of the Authorization header without `=`. */
  | { readonly fault: "not-a-pair"; readonly pair: string; readonly authorization: string }
  | {
      readonly fault: "missing-parts";
      readonly version: Signature["version"];
      readonly carriedBy: "header" | "query";
      readonly missing: readonly MissingPart[];
    }
  | { readonly fault: "host-not-signed" }
  /** S3: `x-amz-*` headers, sorted, that the request has and the signature does not cover. */
  | { readonly fault: "headers-not-signed"; readonly headers: readonly string[] }
  /** S3: a signature in the header wants `x-amz-content-sha256`. */
  | { readonly fault: "missing-payload-hash" }
  | { readonly fault: "invalid-payload-hash"; readonly payloadHash: string }
  /** S3: `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD` and its like. */
  | { readonly fault: "unsupported-chunk-encoding"; readonly payloadHash: string }
  /** S3: `X-Amz-Expires`, or version 2's `Expires`. */
  | {
      readonly fault: "invalid-expires";
      readonly version: Signature["version"];
      readonly reason: "not-a-number" | "negative" | "too-long";
      readonly expires: string;
    }
  | { readonly fault: "invalid-date"; readonly date: string }
  | ({ readonly fault: "signature-expired" | "signature-not-yet-current" } & TimeFault)
  | ({ readonly fault: "presigned-expired" | "presigned-not-yet-valid" } & TimeFault)
  /** Not five parts between slashes. */
  | { readonly fault: "malformed-scope"; readonly credential: string }
  | ({ readonly fault: "wrong-scope" } & ScopeFault)
  | ({ readonly fault: "signature-mismatch" } & Mismatch)
);

/** Epoch milliseconds throughout, on whole seconds. */
export interface TimeFault {
  /** Absent in version 2, which has no date of its own. */
  readonly signedAt?: number;
  /** The instant by the clock that was the nearer to admitting it: what "now" was. */
  readonly judgedAt: number;
  /** The bound that was passed: by the date of signing, or, where a presigned URL has expired, by `judgedAt`. */
  readonly limitAt: number;
  /** 900,000 */
  readonly toleranceMilliseconds: number;
  readonly expiresSeconds?: number;
}

/** Each member only where it is wrong, with the value sent. */
export interface ScopeFault {
  readonly region?: string;
  readonly wrongService?: string;
  readonly terminator?: string;
  /** The date of the scope, which is not that of `timestamp`. */
  readonly date?: string;
  readonly expectedRegion: string;
  readonly expectedService: string;
  readonly timestamp: string;
}

/** What we calculated. Characters are bytes (latin1). */
export interface Mismatch {
  readonly stringToSign: string;
  /** Absent in version 2. */
  readonly canonicalRequest?: string;
  /** As sent. */
  readonly signature: string;
}
