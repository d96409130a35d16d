import { describe, expect, test } from "vitest";
import { secretKey } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { accessKeyId, accountOfAccessKey, sessionAccessKey, userAccessKey } from "../../signing/access-keys.ts";
import { session } from "./session.ts";

const masterKey = secretKey(Buffer.alloc(32, 1));

describe("the account in an access key id", () => {
  // The example that https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489 decodes.
  test("is read from a key of AWS's", () => {
    expect(accountOfAccessKey("ASIAQNZGKIQY56JQ7WML")).toBe("029608264753");
  });

  test.each(["000000000000", "000000000001", "123456789012", "999999999999"])("%s comes back", (account) => {
    const entropy = seededEntropy(account);
    for (let i = 0; i < 100; i++) {
      const id = accessKeyId("AKIA", account, entropy.bytes(5));
      expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(accountOfAccessKey(id)).toBe(account);
    }
  });

  test.each([
    "AKIAIOSFODNN7EXAMPLE",
    "AKIDEXAMPLE",
    "",
    "AKIAQNZGKIQY56JQ7WM1",
    "akiaqnzgkiqy56jq7wml",
    "AKIA7777777777777777",
    `${"ASIAQNZGKIQY56JQ7WML"}A`,
  ])("%s names none", (id) => {
    expect(accountOfAccessKey(id)).toBeUndefined();
  });

  test("is refused when it is none", () => {
    expect(() => accessKeyId("AKIA", "12345678901", Buffer.alloc(5))).toThrow(RangeError);
    expect(() => accessKeyId("AKIA", "12345678901x", Buffer.alloc(5))).toThrow(RangeError);
    expect(() => accessKeyId("AKIA", "123456789012", Buffer.alloc(4))).toThrow(RangeError);
  });
});

describe("derived keys", () => {
  const user = userAccessKey(masterKey, "123456789012", "AIDAEXAMPLE", 1);
  const temporary = sessionAccessKey(masterKey, session);

  test("look like AWS's", () => {
    expect(user.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(temporary.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    for (const { accessKeyId, secretAccessKey } of [user, temporary]) {
      expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
      expect(accountOfAccessKey(accessKeyId)).toBe("123456789012");
    }
  });

  test("are the same for the same names", () => {
    expect(userAccessKey(secretKey(Buffer.alloc(32, 1)), "123456789012", "AIDAEXAMPLE", 1)).toEqual(user);
    expect(sessionAccessKey(masterKey, { ...session })).toEqual(temporary);
  });

  test("are others for any other name", () => {
    const keys = [
      user,
      userAccessKey(masterKey, "123456789012", "AIDAEXAMPLE", 2),
      userAccessKey(masterKey, "123456789012", "AIDAOTHER", 1),
      userAccessKey(masterKey, "123456789013", "AIDAEXAMPLE", 1),
      userAccessKey(secretKey(Buffer.alloc(32, 2)), "123456789012", "AIDAEXAMPLE", 1),
      temporary,
      sessionAccessKey(masterKey, { ...session, accountId: "123456789013" }),
      sessionAccessKey(masterKey, { ...session, associationId: "iip-assoc-1" }),
      sessionAccessKey(masterKey, { ...session, roleId: "AROAOTHER" }),
      sessionAccessKey(masterKey, { ...session, delivery: "1.0" }),
      sessionAccessKey(masterKey, { ...session, issuedAt: session.issuedAt + 1000 }),
      sessionAccessKey(masterKey, { ...session, expiresAt: session.expiresAt + 1000 }),
      sessionAccessKey(masterKey, { ...session, forcedRotations: 1 }),
    ];
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(keys.length);
    expect(new Set(keys.map(({ secretAccessKey }) => secretAccessKey)).size).toBe(keys.length);
  });
});
