import { describe, expect, test } from "vitest";
import { deriveBytes, derivedBase32Id, derivedHexId, type Name } from "../../entropy/derive.ts";
import { hmacSha256, secretKey } from "../../entropy/hash.ts";

describe("what is derived from names", () => {
  const key = secretKey(Buffer.alloc(32, 1));

  test("is the same each time, and longer bytes begin as shorter ones do", () => {
    const long = deriveBytes(key, 100, "secret", "iip-assoc-1", 5);
    expect(long.length).toBe(100);
    for (const length of [0, 1, 31, 32, 33, 64, 65, 99])
      expect(deriveBytes(key, length, "secret", "iip-assoc-1", 5)).toEqual(long.subarray(0, length));
  });

  test("is HMAC-SHA256 of the names: HKDF-Expand of RFC 5869", () => {
    const first = hmacSha256(key, '["a",1]\x01');
    expect(deriveBytes(key, 64, "a", 1)).toEqual(
      Buffer.concat([first, hmacSha256(key, Buffer.concat([first, Buffer.from('["a",1]\x02')]))]),
    );
  });

  test("differs for any two lists of names, and any two keys", () => {
    const lists: Name[][] = [
      [],
      [""],
      ["", ""],
      ["a", "bc"],
      ["ab", "c"],
      ["abc"],
      ["a,b"],
      ['a","b'],
      ["a", "b"],
      [1],
      ["1"],
    ];
    const made = lists.map((names) => deriveBytes(key, 16, ...names).toString("hex"));
    made.push(deriveBytes(secretKey(Buffer.alloc(32, 2)), 16).toString("hex"));
    expect(new Set(made).size).toBe(lists.length + 1);
    expect(new Set(lists.map((names) => derivedHexId("i-", 17, ...names))).size).toBe(lists.length);
  });

  test.each([-1, 8_161, Number.NaN])("%s bytes are refused", (length) => {
    expect(() => deriveBytes(key, length, "a")).toThrow(RangeError);
  });

  test("ids have the form that AWS gives them", () => {
    expect(derivedHexId("i-", 17, "123456789012", "demo")).toMatch(/^i-[0-9a-f]{17}$/);
    expect(derivedHexId("vpc-", 8, "a")).toMatch(/^vpc-[0-9a-f]{8}$/);
    expect(derivedBase32Id("AROA", 17, "123456789012", "mybucket-access")).toMatch(/^AROA[A-Z2-7]{17}$/);
  });
});
