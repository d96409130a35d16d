// Where does a request carry its version 4 signature, and which parts of it are there? Nothing is judged here.

import type { RequestTarget } from "./request-target.ts";
import { parameter } from "./request-target.ts";
import type { MissingPart } from "./signature.ts";
import { dateHeaderInstant, isoInstant } from "./signing-date.ts";

export interface SignatureParts {
  readonly carriedBy: "header" | "query";
  readonly algorithm: string;
  readonly credential?: string | undefined;
  readonly signature?: string | undefined;
  readonly signedHeaders?: string | undefined;
  /** As sent. */
  readonly date?: string | undefined;
  /** The instant of `date`; undefined when it has none of the forms that AWS takes. */
  readonly signedAt?: number | undefined;
  readonly expires?: string | undefined;
  readonly sessionToken?: string | undefined;
  /** The first part of an Authorization header that has no `=`. */
  readonly notAPair?: string | undefined;
  readonly missing: readonly MissingPart[];
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; of a part that comes twice the last counts. */
export function partsOfHeader(authorization: string, headers: ReadonlyMap<string, string>): SignatureParts {
  const space = authorization.indexOf(" ");
  const algorithm = space < 0 ? authorization : authorization.slice(0, space);
  const named = new Map<string, string>();
  let notAPair: string | undefined;
  for (const part of space < 0 ? [] : authorization.slice(space + 1).split(",")) {
    const pair = part.trim();
    const equals = pair.indexOf("=");
    if (equals >= 0) named.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (pair !== "") notAPair ??= pair;
  }
  const amzDate = headers.get("x-amz-date");
  const date = amzDate ?? headers.get("date");
  const parts = {
    Credential: named.get("Credential"),
    Signature: named.get("Signature"),
    SignedHeaders: named.get("SignedHeaders"),
    Date: date,
  };
  return {
    carriedBy: "header",
    algorithm,
    credential: parts.Credential,
    signature: parts.Signature,
    signedHeaders: parts.SignedHeaders,
    date,
    signedAt: date === undefined ? undefined : amzDate === undefined ? dateHeaderInstant(date) : isoInstant(date),
    sessionToken: headers.get("x-amz-security-token"),
    notAPair,
    missing: absent(parts),
  };
}

/** `X-Amz-Algorithm=…&X-Amz-Credential=…`; of a parameter that comes twice the first counts. */
export function partsOfQuery(target: RequestTarget, algorithm: string): SignatureParts {
  const parts = {
    "X-Amz-Credential": parameter(target, "X-Amz-Credential"),
    "X-Amz-Signature": parameter(target, "X-Amz-Signature"),
    "X-Amz-SignedHeaders": parameter(target, "X-Amz-SignedHeaders"),
    "X-Amz-Date": parameter(target, "X-Amz-Date"),
  };
  const date = parts["X-Amz-Date"];
  return {
    carriedBy: "query",
    algorithm,
    credential: parts["X-Amz-Credential"],
    signature: parts["X-Amz-Signature"],
    signedHeaders: parts["X-Amz-SignedHeaders"],
    date,
    signedAt: date === undefined ? undefined : isoInstant(date),
    expires: parameter(target, "X-Amz-Expires"),
    sessionToken: parameter(target, "X-Amz-Security-Token"),
    missing: absent(parts),
  };
}

const absent = (parts: Readonly<Partial<Record<MissingPart, string | undefined>>>) =>
  (Object.keys(parts) as MissingPart[]).filter((part) => parts[part] === undefined);
