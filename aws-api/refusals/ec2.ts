// How does EC2 say no? Whatever is wrong with a signature or a key is one and the same AuthFailure.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

import { AwsError } from "../call.ts";
import { QUERY_REFUSALS } from "./query.ts";
import type { Denial, OnlyS3, Refusal, Wording } from "./refusal.ts";

const notValidated = () =>
  new AwsError("AuthFailure", 401, "AWS was not able to validate the provided access credentials");
const missing = (parameter: string) =>
  new AwsError("MissingParameter", 400, `The request must contain the parameter ${parameter}`);
const internalError = () => new AwsError("InternalError", 500, "An internal error has occurred");

export const EC2_REFUSALS: Wording<Exclude<Refusal["fault"], OnlyS3>> = {
  "invalid-path": QUERY_REFUSALS["invalid-path"],
  "malformed-query": QUERY_REFUSALS["malformed-query"],
  "not-signed": () => missing("AWSAccessKeyId"),
  "two-mechanisms": notValidated,
  "unsupported-algorithm": notValidated,
  "signature-version-4a": notValidated,
  "signature-version-2-header": notValidated,
  "not-a-pair": notValidated,
  // Recorded of a request without a date; that its other parts are missed in the same way is a guess.
  "missing-parts": ({ missing: [first = "Signature"] }) => missing(first),
  "host-not-signed": notValidated,
  "invalid-date": notValidated,
  "signature-expired": notValidated,
  "signature-not-yet-current": notValidated,
  "malformed-scope": notValidated,
  "wrong-scope": notValidated,
  "invalid-token": notValidated,
  "unknown-key": notValidated,
  "expired-token": () => new AwsError("RequestExpired", 400, "Request has expired."),
  "signature-mismatch": notValidated,
  "unserved-operation": ({ operation }) =>
    new AwsError("InvalidAction", 400, `The action ${operation} is not valid for this web service.`),
  "no-operation": () => missing("Action"),
  denied: ({ denial }) => new AwsError("UnauthorizedOperation", 403, denial ? denialText(denial) : "Access Denied"),
  "body-too-large": QUERY_REFUSALS["body-too-large"],
  defect: internalError,
  "internal-error": internalError,
  throttled: () => new AwsError("RequestLimitExceeded", 503, "Request limit exceeded."),
  unavailable: () => new AwsError("Unavailable", 503, "The server is overloaded and can't handle the request."),
};

/** Recorded; where there is no resource there is no encoded message either. */
function denialText({ principalArn, action, resource, reason, encodedMessage }: Denial): string {
  const sentence = `You are not authorized to perform this operation. User: ${principalArn} is not authorized to perform: ${action}`;
  if (resource === "*") return sentence + reason;
  return `${sentence} on resource: ${resource}${reason}. Encoded authorization failure message: ${encodedMessage()}`;
}
