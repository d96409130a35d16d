// Keys are dead before they expire. As with "revoke active sessions", it is the instant of issue that counts: a later set lives.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html

import { z } from "zod";
import { refusalOf } from "../aws-errors.ts";
import { AWS, faultKind } from "../fault.ts";

export const revokedCredentials = faultKind({
  name: "revoked-credentials",
  summary: "refuses temporary keys that were issued before the fault began, however long they had to live",
  faces: AWS,
  parameters: {
    error: z
      .enum(["ExpiredToken", "InvalidClientTokenId", "AccessDenied"])
      .describe("In these words; ExpiredToken unless given")
      .exactOptional(),
  },
  act: ({ error = "ExpiredToken" }, beganAt) => ({
    concerns: ({ issuedAt }) => issuedAt !== undefined && issuedAt <= beganAt,
    refuse: (asked) => refusalOf(error, asked),
  }),
});
