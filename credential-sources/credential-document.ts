// What do credentials as JSON say? The document that a credential process prints.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html

import { z } from "zod";
import type { SourceCredentials } from "./obtain.ts";
import { unavailable } from "./source-failure.ts";

const document = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().optional(),
  Expiration: z
    .string()
    .refine((written) => !Number.isNaN(Date.parse(written)))
    .optional(),
});

/** SourceFailure in words of our own: a parser's would show what it could not read, and that may be a secret. */
export function readCredentialDocument(text: string, origin: string): SourceCredentials {
  const { data, error } = document.safeParse(parsed(text, origin));
  if (!data) {
    const wrong = error.issues.map(({ path }) => path.join(".")).filter(Boolean);
    throw unavailable(`${origin}: ${wrong.join(", ") || "the document"} is missing or wrong`);
  }
  const { AccessKeyId, SecretAccessKey, SessionToken = "", Expiration } = data;
  const expiresAt = Expiration === undefined ? undefined : Date.parse(Expiration);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiresAt };
}

function parsed(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unavailable(`${origin}: this is no JSON`);
  }
}
