// Is this text a JWT as RFC 7515 writes it, and in no other spelling?

/** Node and jose take stray characters as well; a token is one text and no other. */
export const isWrittenStrictly = (token: string) =>
  token.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
