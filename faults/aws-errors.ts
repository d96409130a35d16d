// Which errors do clients of the AWS endpoints retry, refresh or correct their clock on? Each is one reason, and the service that is
// asked puts it into its own code and words: SlowDown of S3 is Throttling of STS.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList

import type { Refusal } from "../aws-api/refusals/refusal.ts";
import type { Asked } from "./fault.ts";

const MAXIMUM_SKEW_MILLISECONDS = 15 * 60_000;

/** As if it had been signed a minute too early. */
const skewed = ({ request: { at } }: Asked): Refusal => ({
  fault: "signature-expired",
  signedAt: at - MAXIMUM_SKEW_MILLISECONDS - 60_000,
  judgedAt: at,
  limitAt: at - MAXIMUM_SKEW_MILLISECONDS,
  toleranceMilliseconds: MAXIMUM_SKEW_MILLISECONDS,
});
const unknownKey = ({ accessKeyId = "" }: Asked): Refusal => ({ fault: "unknown-key", accessKeyId });
const throttled = (): Refusal => ({ fault: "throttled" });
const internal = (): Refusal => ({ fault: "internal-error" });

const REFUSALS = {
  ExpiredToken: ({ sessionToken = "" }: Asked): Refusal => ({ fault: "expired-token", sessionToken }),
  InvalidClientTokenId: unknownKey,
  InvalidAccessKeyId: unknownKey,
  RequestTimeTooSkewed: skewed,
  AccessDenied: (): Refusal => ({ fault: "denied" }),
  SlowDown: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  InternalError: internal,
  InternalFailure: internal,
  ServiceUnavailable: (): Refusal => ({ fault: "unavailable" }),
  RequestTimeout: (): Refusal => ({ fault: "idle-connection" }),
} satisfies Readonly<Record<string, (asked: Asked) => Refusal>>;

export type AwsErrorName = keyof typeof REFUSALS;

export const AWS_ERRORS = Object.keys(REFUSALS) as [AwsErrorName, ...AwsErrorName[]];

/** STS has no error for a connection that stood idle. */
export const isKnownTo = (error: AwsErrorName, service: string | undefined): boolean =>
  error !== "RequestTimeout" || service === "s3";

export const refusalOf = (error: AwsErrorName, asked: Asked): Refusal => REFUSALS[error](asked);
