import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createHasher, hmacSha256, md5, secretKey, sha256, sha256Hex } from "../../entropy/hash.ts";

describe("hashes", () => {
  // FIPS 180-4 and RFC 1321: the digests of "abc".
  const SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
  const MD5 = "900150983cd24fb0d6963f7d28e17f72";

  test("whole", () => {
    expect([sha256Hex("abc"), sha256("abc").toString("hex"), md5("abc").toString("hex")]).toEqual([
      SHA256,
      SHA256,
      MD5,
    ]);
  });

  test.each([
    ["sha256", SHA256],
    ["sha1", SHA1],
    ["md5", MD5],
  ] as const)("%s piece by piece", (algorithm, expected) => {
    const hasher = createHasher(algorithm);
    hasher.update("a");
    hasher.update(Buffer.from("bc"));
    expect(hasher.digest().toString("hex")).toBe(expected);
  });

  test("HMAC as RFC 4231, case 2, has it", () => {
    expect(hmacSha256(secretKey(Buffer.from("Jefe")), "what do ya want for nothing?").toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  test("the keyed hash agrees with node:crypto's for keys and messages of every length around a block", () => {
    for (const keyLength of [0, 1, 32, 63, 64, 65, 200]) {
      for (const length of [0, 1, 55, 56, 63, 64, 65, 300]) {
        const [key, message] = [Buffer.alloc(keyLength, 7), Buffer.alloc(length, 9)];
        expect(hmacSha256(secretKey(key), message)).toEqual(createHmac("sha256", key).update(message).digest());
      }
    }
  });
});
