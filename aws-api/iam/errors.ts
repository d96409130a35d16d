// How does IAM refuse? Its codes and texts, as recorded of AWS where a source says so.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the errors of each action

import { AwsError } from "../call.ts";

export const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", 404, message);
export const entityAlreadyExists = (message: string) => new AwsError("EntityAlreadyExists", 409, message);
export const deleteConflict = (message: string) => new AwsError("DeleteConflict", 409, message);
export const limitExceeded = (message: string) => new AwsError("LimitExceeded", 409, message);
export const invalidInput = (message: string) => new AwsError("InvalidInput", 400, message);
export const validationError = (message: string) => new AwsError("ValidationError", 400, message);
export const unmodifiableEntity = (message: string) => new AwsError("UnmodifiableEntity", 400, message);
export const malformedPolicyDocument = (message: string) => new AwsError("MalformedPolicyDocument", 400, message);
export const policyNotAttachable = (message: string) => new AwsError("PolicyNotAttachable", 400, message);
/** What belongs to AWS; who may not do a thing is refused at the door. */
export const accessDenied = (message: string) => new AwsError("AccessDenied", 403, message);
