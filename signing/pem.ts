// How do bytes become lines of text? Base64 in lines, and PEM around it: RFC 7468.

/** Base64 in lines of so many characters, LF between them and none at the end. */
export const base64Lines = (bytes: Buffer, columns: number): string =>
  (bytes.toString("base64").match(new RegExp(`.{1,${columns}}`, "g")) ?? []).join("\n");

export const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${base64Lines(der, 64)}\n-----END ${label}-----\n`;
