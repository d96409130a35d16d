// The answer to a token request does not say how long the token lives.

import { faultKind, IMDS, TOKEN_REQUEST } from "../fault.ts";
import { withHeader } from "../replies.ts";

export const missingTokenTtl = faultKind({
  name: "missing-token-ttl",
  summary: "leaves X-Aws-Ec2-Metadata-Token-Ttl-Seconds out of the answer with a token",
  faces: IMDS,
  usual: TOKEN_REQUEST,
  parameters: {},
  act: () => ({ spoil: (reply) => withHeader(reply, "x-aws-ec2-metadata-token-ttl-seconds", undefined) }),
});
