// How does EC2 refuse? Codes and texts: those of profile associations were captured in September 2026 (radkawar/stackd), the others are
// what AWS has long been known to say, where nothing else is said.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

import { AwsError } from "../call.ts";

export const invalidParameterValue = (message: string) => new AwsError("InvalidParameterValue", 400, message);
export const invalidParameterCombination = (message: string) =>
  new AwsError("InvalidParameterCombination", 400, message);
export const missingParameter = (name: string) =>
  new AwsError("MissingParameter", 400, `The request must contain the parameter ${name}`);
export const incorrectState = (message: string) => new AwsError("IncorrectState", 400, message);
export const incorrectInstanceState = (message: string) => new AwsError("IncorrectInstanceState", 400, message);
export const operationNotPermitted = (message: string) => new AwsError("OperationNotPermitted", 400, message);
export const unsupportedOperation = (message: string) => new AwsError("UnsupportedOperation", 400, message);
export const dryRunOperation = () =>
  new AwsError("DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set.");

export const malformedInstanceId = (id: string) =>
  new AwsError("InvalidInstanceID.Malformed", 400, `The instance ID '${id}' is malformed`);

export function unknownInstanceIds(ids: readonly string[]): AwsError {
  const said =
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(", ")}' do not exist`;
  return new AwsError("InvalidInstanceID.NotFound", 400, said);
}

const notFound = (code: string, begin: string, end = "does not exist") => {
  return (id: string) => new AwsError(code, 400, `${begin} '${id}' ${end}`);
};
export const unknownVolume = notFound("InvalidVolume.NotFound", "The volume", "does not exist.");
export const unknownVpc = notFound("InvalidVpcID.NotFound", "The vpc ID");
export const unknownSubnet = notFound("InvalidSubnetID.NotFound", "The subnet ID");
export const unknownGroup = notFound("InvalidGroup.NotFound", "The security group");
export const unknownInterface = notFound("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID");
export const unknownKeyPair = notFound("InvalidKeyPair.NotFound", "The key pair");
export const invalidImageId = (id: string) =>
  new AwsError("InvalidAMIID.Malformed", 400, `Invalid id: "${id}" (expecting "ami-...")`);
export const unknownResource = (id: string) => new AwsError("InvalidID", 400, `The ID '${id}' is not valid`);

export const invalidNextToken = () => new AwsError("InvalidNextToken", 400, "Pagination token is invalid");
export const unknownAssociation = (id: string) =>
  new AwsError("InvalidAssociationID.NotFound", 400, `An invalid association-id of '${id}' was given`);
