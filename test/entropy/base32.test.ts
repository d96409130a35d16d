import { describe, expect, test } from "vitest";
import { base32, base32Bytes } from "../../entropy/base32.ts";
import { seededEntropy } from "../../entropy/random.ts";

describe("base 32", () => {
  // RFC 4648, section 10, without the padding.
  test.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("%j is %s", (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
    expect(base32Bytes(encoded)?.toString()).toBe(text);
  });

  test("random bytes come back, seed 5", () => {
    const entropy = seededEntropy(5);
    for (let length = 0; length < 100; length++) {
      const bytes = entropy.bytes(length);
      expect(base32Bytes(base32(bytes))).toEqual(bytes);
    }
  });

  test.each(["a", "MZ1", "MZ=", "MZ "])("%j is not base 32", (text) => expect(base32Bytes(text)).toBeUndefined());
});
