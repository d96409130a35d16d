// EC2 could not get credentials for the role: HTTP 200 with another Code than Success.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html

import { z } from "zod";
import { assumeRoleUnauthorized } from "../../credential-rotator/delivered.ts";
import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";

export const failedCredentials = faultKind({
  name: "failed-credentials",
  summary: "answers 200 with a `Code` other than Success, AWS's message and no keys",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: {
    code: z.string().min(1).describe("AssumeRoleUnauthorizedAccess unless given").exactOptional(),
    message: z.string().min(1).describe("AWS's for AssumeRoleUnauthorizedAccess unless given").exactOptional(),
  },
  act: ({ code, message }) => ({
    credentials: (rotator) => ({
      ...rotator,
      deliver(instance, _, at) {
        const role = rotator.roleName(instance, at);
        if (role === undefined) return undefined;
        const failed = assumeRoleUnauthorized(role, Math.floor(at / 1000) * 1000);
        return { ...failed, ...(code !== undefined && { code }), ...(message !== undefined && { message }) };
      },
    }),
  }),
});
