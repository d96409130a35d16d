// 200, and nothing in it.

import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { withDocument } from "../replies.ts";

export const emptyBody = faultKind({
  name: "empty-body",
  summary: "answers 200 with an empty body",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: {},
  act: () => ({ spoil: (reply) => withDocument(reply, () => "") }),
});
