// Did the caller give a code of their MFA device? Each is taken once, so that the account remembers it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html

import type { Identities, MfaDevice } from "../../roles/model.ts";
import { verifyMfaCode } from "../../signing/mfa-codes.ts";
import type { Call, Members } from "../call.ts";
import { put } from "../iam/operation.ts";
import { accessDenied } from "./errors.ts";
import { inputOf, type StsTools } from "./operation.ts";

export interface MfaInput extends Members {
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}

const FAILED = "MultiFactorAuthentication failed";

/** What policies see of a call with a right code. */
const AUTHENTICATED = { "aws:MultiFactorAuthPresent": ["true"], "aws:MultiFactorAuthAge": ["0"] };

/** The device once the code is used up; undefined where none is given. Throws AwsError AccessDenied for a wrong one. */
function deviceAfter(call: Call, { mfaDevices }: Identities): MfaDevice | undefined {
  const { SerialNumber, TokenCode } = inputOf<MfaInput>(call);
  if (SerialNumber === undefined && TokenCode === undefined) return undefined;
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw accessDenied(`${FAILED}, must provide both MFA serial number and one time pass code.`);
  }
  const device = mfaDevices.get(SerialNumber);
  const { principal, request } = call;
  if (principal.kind !== "user" || !device || device.enabled?.userName !== principal.userName) {
    const advice = "Please verify your MFA serial number is valid and associated with this user.";
    throw accessDenied(`${FAILED}, unable to validate MFA code.  ${advice}`);
  }
  const used = verifyMfaCode(device, TokenCode, request.at);
  if (!used) throw accessDenied(`${FAILED} with invalid MFA one time pass code. `);
  return used;
}

/** The condition keys that a code adds. @throws AwsError AccessDenied for a wrong one */
export const mfaContext = (call: Call, identities: Identities) => (deviceAfter(call, identities) ? AUTHENTICATED : {});

/** Uses the code up: from then on it is none. Rejects with AwsError AccessDenied where another call was first. */
export async function useMfaCode(call: Call, { commit }: StsTools): Promise<{ readonly mfaAuthenticatedAt?: number }> {
  if (inputOf<MfaInput>(call).SerialNumber === undefined) return {};
  const { at } = call.request;
  return commit((identities) => {
    const device = deviceAfter(call, identities);
    const changes = device ? [put("mfaDevices", device.arn, device)] : [];
    return {
      events: [{ type: "identities.changed", at, changes }],
      result: { mfaAuthenticatedAt: Math.floor(at / 1000) * 1000 },
    };
  });
}
