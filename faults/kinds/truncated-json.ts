// A whole answer with half a document: what a proxy or a full disk leaves of it.

import { z } from "zod";
import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { withDocument } from "../replies.ts";

export const truncatedJson = faultKind({
  name: "truncated-json",
  summary: "answers with the beginning of the document alone, and with a Content-Length that fits",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: { bytes: z.int().min(1).describe("How much of it; half unless given").exactOptional() },
  act: ({ bytes }) => ({
    spoil: (reply) => withDocument(reply, (text) => text.slice(0, bytes ?? Math.floor(text.length / 2))),
  }),
});
