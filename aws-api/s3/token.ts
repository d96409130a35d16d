// Where does a listing go on? A token that means nothing to clients: the last thing listed, written so that a made-up one is seen.

import { invalidArgument } from "./errors.ts";

const PREFIX = "after:";

export function writeToken(last: string): string {
  return Buffer.from(PREFIX + last).toString("base64url");
}

/** @throws AwsError InvalidArgument */
export function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  const last = text.slice(PREFIX.length);
  if (!text.startsWith(PREFIX) || writeToken(last) !== token) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
  }
  return last;
}
