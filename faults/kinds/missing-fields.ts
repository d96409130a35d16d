// The document lacks what clients count on.

import { z } from "zod";
import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { withDocument } from "../replies.ts";

export const missingFields = faultKind({
  name: "missing-fields",
  summary: "leaves fields out of the document",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: { fields: z.array(z.string().min(1)).min(1).describe("Their names, such as Expiration") },
  act: ({ fields }) => ({ spoil: (reply) => withDocument(reply, (text) => without(text, fields)) }),
});

/** EC2 writes one member a line, and what is left stays as it stands. */
function without(text: string, fields: readonly string[]): string {
  const isKept = (line: string) => !fields.some((name) => line.startsWith(`  "${name}" : `));
  return text
    .split("\n")
    .filter(isKept)
    .join("\n")
    .replace(/,\n\}$/, "\n}");
}
