// A document that no parser takes, though it looks well at a glance.

import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { withDocument } from "../replies.ts";

export const malformedJson = faultKind({
  name: "malformed-json",
  summary: "leaves the first colon out of the document",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: {},
  act: () => ({ spoil: (reply) => withDocument(reply, (text) => text.replace(":", "")) }),
});
