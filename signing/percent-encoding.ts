// How does AWS write bytes in a URL? RFC 3986 with its unreserved characters only, over text whose characters are bytes (latin1).
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, UriEncode()

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

/** For each byte what stands for it: itself, or `%` and two upper-case digits. */
const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** Encodes every byte, `%` too: what is encoded already is encoded twice. */
export function encodeBytes(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let encoded = "";
  for (let i = 0; i < text.length; i++) encoded += ENCODED[text.charCodeAt(i) & 0xff];
  return encoded;
}

/** Undoes the encoding, byte by byte. A `%` that starts no escape stays: `badEscape` finds it. */
export function decodeBytes(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** The first `%` that two hexadecimal digits do not follow, with the two characters after it, as far as there are any. */
export function badEscape(text: string): string | undefined {
  return text.includes("%") ? /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(text)?.[0] : undefined;
}
