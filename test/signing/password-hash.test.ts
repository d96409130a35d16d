// Is a password known by its hash, and by nothing else?

import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashPassword, isPassword, NOBODYS_HASH } from "../../signing/password-hash.ts";

const salt = Buffer.alloc(16, 7);

describe("a hash of a password", () => {
  test("is what node:crypto makes of it, and does not hold it", async () => {
    const hash = await hashPassword("Correct-horse-1", salt);
    expect(hash).toMatch(/^\$scrypt\$ln=12,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    const expected = scryptSync("Correct-horse-1", salt, 32, { N: 4096, r: 8, p: 1 });
    expect(hash.endsWith(`$${expected.toString("base64").replace("=", "")}`)).toBe(true);
    expect(await hashPassword("Correct-horse-1", Buffer.alloc(16, 8))).not.toBe(hash);
  });

  test.each([
    ["Correct-horse-1", true],
    ["correct-horse-1", false],
    ["", false],
    ["Correct-horse-1 ", false],
  ])("is that of %j: %s", async (password, is) => {
    expect(await isPassword(password, await hashPassword("Correct-horse-1", salt))).toBe(is);
  });

  test("says itself how slow it is: one that RFC 7914 gives is known, too", async () => {
    const hash = Buffer.from(
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
      "hex",
    );
    const written = `$scrypt$ln=10,r=8,p=16$${Buffer.from("NaCl").toString("base64").replace(/=+$/, "")}$${hash.toString("base64").replace(/=+$/, "")}`;
    expect(await isPassword("password", written)).toBe(true);
    expect(await isPassword("Password", written)).toBe(false);
  });

  test("of nobody is no password's, and another text is a mistake of ours", async () => {
    expect(await isPassword("", NOBODYS_HASH)).toBe(false);
    await expect(isPassword("a", "plain")).rejects.toThrow(TypeError);
  });
});
