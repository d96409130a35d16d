// How does STS refuse? Its codes and texts, recorded of AWS unless a comment says that they are not.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and the errors of each action

import { AwsError, type Call } from "../call.ts";

export const accessDenied = (message: string) => new AwsError("AccessDenied", 403, message);
export const validationError = (message: string) => new AwsError("ValidationError", 400, message);
export const invalidParameterValue = (message: string) => new AwsError("InvalidParameterValue", 400, message);
export const malformedPolicy = (message: string) => new AwsError("MalformedPolicyDocument", 400, message);
export const packedPolicyTooLarge = (message: string) => new AwsError("PackedPolicyTooLarge", 400, message);
export const invalidIdentityToken = (message: string) => new AwsError("InvalidIdentityToken", 400, message);

/** The same for who may not, and for what is not there. */
export function notAuthorized({ principal }: Call, action: string, resource: string): AwsError {
  const arn = principal.kind === "anonymous" ? "anonymous" : principal.arn;
  return accessDenied(`User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`);
}
