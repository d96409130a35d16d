import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { secretKey } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { imdsTokens } from "../../signing/imds-tokens.ts";

const AT = Date.UTC(2026, 10, 24, 12, 0, 0, 250);
const INSTANCE = "i-0123456789abcdef0";
const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
/** One that has minted, and one that must prove what it gets. */
const world = (key = 1) => imdsTokens(secretKey(Buffer.alloc(32, key)), seededEntropy(seed));
const token = world().mint(INSTANCE, 300, AT);

describe("an IMDSv2 token", () => {
  test("looks like EC2's: 40 bytes in 56 characters of URL-safe base64", () => {
    const tokens = world();
    for (let i = 0; i < 1000; i++) {
      const minted = tokens.mint(INSTANCE, 21_600, AT);
      expect(minted).toMatch(/^AQAE[A-Za-z0-9_-]{50}==$/);
      expect(Buffer.from(minted, "base64url")).toHaveLength(40);
    }
  });

  test("is another one each time", () => {
    const tokens = world();
    expect(new Set(Array.from({ length: 1000 }, () => tokens.mint(INSTANCE, 60, AT))).size).toBe(1000);
  });

  test.each([
    [
      "minted here",
      () => {
        const tokens = world();
        tokens.mint(INSTANCE, 300, AT);
        return tokens;
      },
    ],
    ["minted by another process", () => world()],
  ])("counts down, %s", (_, make) => {
    const tokens = make();
    const left = (after: number) => tokens.secondsLeft(token, INSTANCE, AT + after);
    expect(left(0)).toBe(300);
    expect(left(1)).toBe(300);
    expect(left(1000)).toBe(299);
    expect(left(126_000)).toBe(174);
    expect(left(299_999)).toBe(1);
    expect(left(300_000)).toBeUndefined();
    expect(left(300_000_000)).toBeUndefined();
    // A request that was stamped before the token's was answered later.
    expect(left(-1)).toBe(300);
  });

  test("of no life is valid at no time, of six hours for six hours", () => {
    const tokens = world();
    expect(tokens.secondsLeft(tokens.mint(INSTANCE, 0, AT), INSTANCE, AT)).toBeUndefined();
    const longest = tokens.mint(INSTANCE, 21_600, AT);
    expect(tokens.secondsLeft(longest, INSTANCE, AT)).toBe(21_600);
    expect(tokens.secondsLeft(longest, INSTANCE, AT + 21_599_999)).toBe(1);
  });

  test("is the instance's own, also where it is known already", () => {
    const tokens = world();
    expect(tokens.secondsLeft(token, "i-0fedcba9876543210", AT)).toBeUndefined();
    expect(tokens.secondsLeft(token, INSTANCE, AT)).toBe(300);
    expect(tokens.secondsLeft(token, "i-0fedcba9876543210", AT)).toBeUndefined();
    expect(tokens.secondsLeft(token, "", AT)).toBeUndefined();
  });

  test("is the world's own", () => {
    expect(world(2).secondsLeft(token, INSTANCE, AT)).toBeUndefined();
  });

  test("with any character changed lets nobody in", () => {
    const tokens = world();
    for (let i = 0; i < token.length; i++) {
      for (const other of ["A", "B", "z", "=", "-", "+", token[i]?.toLowerCase(), token[i]?.toUpperCase()]) {
        const changed = token.slice(0, i) + other + token.slice(i + 1);
        if (changed !== token) expect(tokens.secondsLeft(changed, INSTANCE, AT), changed).toBeUndefined();
      }
    }
  });

  test("in another spelling of the same bytes lets nobody in", () => {
    const tokens = world();
    const last = token[53] as string;
    const sibling = "ABQRghwx"["ABQRghwx".indexOf(last) + 1] as string;
    for (const other of [
      token.slice(0, -2),
      `${token}=`,
      ` ${token}`,
      `${token}\n`,
      `${token.slice(0, 53)}${sibling}==`,
    ])
      expect(tokens.secondsLeft(other, INSTANCE, AT), other).toBeUndefined();
  });

  test(`garbage lets nobody in, and nothing is thrown, MAYFLY_TEST_SEED=${seed}`, () => {
    const { integer, pick } = dice(`${seed}/IMDS tokens`);
    const tokens = world();
    for (let round = 0; round < 10_000; round++) {
      const bytes = Buffer.from(Array.from({ length: pick([0, 39, 40, 41, integer(200)]) }, () => integer(256)));
      const like = Buffer.concat([Buffer.of(1, 0, 4), bytes.subarray(3)]);
      const garbage = pick([`${like.toString("base64url")}==`, bytes.toString("base64"), bytes.toString("latin1")]);
      expect(tokens.secondsLeft(garbage, INSTANCE, AT), garbage).toBeUndefined();
    }
  });

  test.each([-1, 21_601, 1.5, Number.NaN])("is not minted for %s seconds", (seconds) => {
    expect(() => world().mint(INSTANCE, seconds, AT)).toThrow(RangeError);
  });
});
