// What does STS have that an account must first be set up for? Here it never is, so that these answer as an account that is not.

import { AwsError, type Members } from "../call.ts";
import { notAuthorized } from "./errors.ts";
import { inputOf, type StsOperation } from "./operation.ts";

interface RootInput extends Members {
  /** An account's id, or its root ARN. */
  readonly TargetPrincipal: string;
}

/** Only the management account of an organization may. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html */
export const assumeRoot: StsOperation = {
  permissions(call) {
    const { TargetPrincipal: target } = inputOf<RootInput>(call);
    const resource = target.startsWith("arn:") ? target : `arn:${call.partition}:iam::${target}:root`;
    throw notAuthorized(call, "sts:AssumeRoot", resource);
  },
  act: () => ({}),
};

/** The code is of the model, the words are ours. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
export const getWebIdentityToken: StsOperation = {
  permissions: () => [{ action: "sts:GetWebIdentityToken", resource: "*" }],
  act() {
    const code = "OutboundWebIdentityFederationDisabledException";
    throw new AwsError(code, 403, "Outbound web identity federation is not enabled for this account.");
  },
};
