import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { secretKey } from "../../entropy/hash.ts";
import { sessionTokens } from "../../signing/session-tokens.ts";
import { session } from "./session.ts";

const world = (key = 1) => sessionTokens(secretKey(Buffer.alloc(32, key)));
const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);

describe("a session token", () => {
  test("looks like AWS's: standard base64, 400 to 1500 characters", async () => {
    const { sessionToken } = await world().seal(session);
    expect(sessionToken).toMatch(/^IQoJb3JpZ2luX2Vj[A-Za-z0-9+/]+=*$/);
    expect(sessionToken.length).toBeGreaterThan(400);
    expect(sessionToken.length).toBeLessThan(1500);
    // Nothing of the session can be read in it.
    expect(Buffer.from(sessionToken, "base64").includes("mybucket")).toBe(false);
  });

  test("opens to the session and its key, in another process with the same master key too", async () => {
    const sealed = await world().seal(session);
    expect(sealed.session).toEqual(session);
    expect(await world().open(sealed.sessionToken)).toEqual(sealed);
  });

  test("is the same for equal sessions, in whatever order they are written", async () => {
    const reversed = Object.fromEntries(Object.entries(session).reverse()) as unknown as typeof session;
    expect((await world().seal(reversed)).sessionToken).toBe((await world().seal(session)).sessionToken);
  });

  test("shares its salt, from which key and IV come, with no other", async () => {
    const tokens = world();
    const changed = (value: string | number) => (typeof value === "number" ? value + 1000 : `${value.slice(0, -1)}7`);
    const variants = [
      session,
      ...Object.entries(session).map(([name, value]) => ({ ...session, [name]: changed(value) })),
    ];
    const made = await Promise.all(variants.map((each) => tokens.seal(each)));
    const salts = made.map(({ sessionToken }) => Buffer.from(sessionToken, "base64").toString("hex", 12, 44));
    expect(new Set(salts).size).toBe(variants.length);
    expect(variants.length).toBe(15);
  });

  test("answers at once for what it knows", async () => {
    const tokens = world();
    const first = tokens.seal(session);
    expect(first).toBeInstanceOf(Promise);
    const sealed = await first;
    expect(tokens.seal({ ...session })).toBe(sealed);
    expect(tokens.open(sealed.sessionToken)).toBe(sealed);
    const other = world();
    expect(other.open(sealed.sessionToken)).toBeInstanceOf(Promise);
    await other.open(sealed.sessionToken);
    expect(other.open(sealed.sessionToken)).toEqual(sealed);
  });

  test("of another master key is not opened", async () => {
    expect(await world(2).open((await world().seal(session)).sessionToken)).toBeUndefined();
  });

  test("with any character changed is not opened", async () => {
    const { sessionToken } = await world().seal(session);
    const tokens = world();
    for (let i = 0; i < sessionToken.length; i++) {
      const changed = sessionToken.slice(0, i) + (sessionToken[i] === "A" ? "B" : "A") + sessionToken.slice(i + 1);
      expect(await tokens.open(changed), `character ${i}`).toBeUndefined();
    }
  });

  test("in another spelling of the same bytes is not opened", async () => {
    const { sessionToken } = await world().seal(session);
    const urlSafe = sessionToken.replaceAll("+", "-").replaceAll("/", "_");
    expect(urlSafe).not.toBe(sessionToken);
    for (const other of [urlSafe, `${sessionToken}=`, ` ${sessionToken}`, sessionToken.replace(/=+$/, "\n")])
      expect(await world().open(other)).toBeUndefined();
  });

  test(`is not made by chance: garbage is not opened, and nothing is thrown, MAYFLY_TEST_SEED=${seed}`, async () => {
    const { integer, pick } = dice(`${seed}/session tokens`);
    const { sessionToken } = await world().seal(session);
    const tokens = world();
    for (let round = 0; round < 1000; round++) {
      const bytes = Array.from({ length: integer(80) }, () => integer(256));
      const garbage = pick([
        Buffer.from(bytes).toString("base64"),
        Buffer.from(bytes).toString("latin1"),
        `IQoJb3JpZ2luX2Vj${Buffer.from(bytes).toString("base64")}`,
        sessionToken.slice(0, integer(sessionToken.length)),
        sessionToken.slice(integer(sessionToken.length - 1) + 1),
      ]);
      expect(await tokens.open(garbage), garbage).toBeUndefined();
    }
    expect(await tokens.open("A".repeat(1_000_000))).toBeUndefined();
  });
});
