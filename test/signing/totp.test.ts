// Are the codes those of RFC 6238, is each taken once, and what becomes of a clock that is wrong?

import { describe, expect, test } from "vitest";
import { base32 } from "../../entropy/base32.ts";
import { dice } from "../../entropy/dice.ts";
import { enableMfaDevice, resyncMfaDevice, verifyMfaCode } from "../../signing/mfa-codes.ts";
import { stepAt, totp } from "../../signing/totp.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const SEED = base32(Buffer.from("12345678901234567890"));
const AT = Date.parse("2026-11-24T12:00:00Z");
const NOW = stepAt(AT);

describe("RFC 6238, appendix B", () => {
  test.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("at second %i the code is %s", (seconds, code) => {
    expect(totp(SEED, stepAt(seconds * 1000), 8)).toBe(code);
    expect(totp(SEED, stepAt(seconds * 1000))).toBe(code.slice(2));
  });

  test("a seed that is no base 32 is a mistake of ours", () => {
    expect(() => totp("not base 32", 1)).toThrow(RangeError);
  });
});

const enabled = (driftSteps = 0, lastStep = 0) => ({
  seed: SEED,
  enabled: { userName: "alice", at: AT, driftSteps, lastStep },
});

describe("a code", () => {
  test.each([
    ["of this step", 0, 0, true],
    ["of the step before", -1, 0, true],
    ["of the next step", 1, 0, true],
    ["two steps late", -2, 0, false],
    ["two steps early", 2, 0, false],
    ["of a clock that is known to be an hour slow", -120, -120, true],
    ["of a clock that is known to be an hour slow, a step late", -121, -120, true],
    ["of now, where the clock is known to be an hour slow", 0, -120, false],
  ])("%s", (_, offset, drift, taken) => {
    const device = enabled(drift);
    const after = verifyMfaCode(device, totp(SEED, NOW + offset), AT);
    expect(after?.enabled).toEqual(taken ? { ...device.enabled, lastStep: NOW + offset } : undefined);
  });

  test("is taken once, and none before it after that", () => {
    const used = verifyMfaCode(enabled(), totp(SEED, NOW), AT);
    expect(used).toBeDefined();
    if (!used) return;
    expect(verifyMfaCode(used, totp(SEED, NOW), AT)).toBeUndefined();
    expect(verifyMfaCode(used, totp(SEED, NOW - 1), AT)).toBeUndefined();
    expect(verifyMfaCode(used, totp(SEED, NOW + 1), AT)).toBeDefined();
  });

  test("of a device that belongs to nobody is none", () => {
    expect(verifyMfaCode({ seed: SEED }, totp(SEED, NOW), AT)).toBeUndefined();
  });

  test.each(["", "12345", "1234567", "abcdef"])("%j is none", (code) => {
    expect(verifyMfaCode(enabled(), code, AT)).toBeUndefined();
  });
});

const pair = (step: number) => [totp(SEED, step - 1), totp(SEED, step)] as const;

describe("two codes in a row", () => {
  test.each([
    ["of right now", 0, 0],
    ["of now and the next step", 1, 0],
    ["a step late", -1, 0],
    ["ten minutes late", -20, -20],
    ["a day late", -2880, -2880],
    ["a day early", 2880, 2880],
  ])("%s enable a device and say how wrong its clock is", (_, offset, driftSteps) => {
    const device = enableMfaDevice({ seed: SEED }, "alice", pair(NOW + offset), AT);
    expect(device?.enabled).toEqual({ userName: "alice", at: AT, driftSteps, lastStep: NOW + offset });
  });

  test.each([
    ["more than a day late", pair(NOW - 2881)],
    ["the wrong way round", [totp(SEED, NOW), totp(SEED, NOW - 1)] as const],
    ["with one left out", [totp(SEED, NOW - 2), totp(SEED, NOW)] as const],
    ["the same twice", [totp(SEED, NOW), totp(SEED, NOW)] as const],
  ])("%s do not", (_, codes) => {
    expect(enableMfaDevice({ seed: SEED }, "alice", codes, AT)).toBeUndefined();
  });

  test("late ones leave the device out of sync, and later ones repair it", () => {
    const late = enableMfaDevice({ seed: SEED }, "alice", pair(NOW - 20), AT);
    expect(late && verifyMfaCode(late, totp(SEED, NOW), AT)).toBeUndefined();
    const again = late && resyncMfaDevice(late, pair(NOW), AT);
    expect(again?.enabled).toMatchObject({ driftSteps: 0, lastStep: NOW });
    expect(again && verifyMfaCode(again, totp(SEED, NOW + 1), AT + 30_000)).toBeDefined();
  });

  test("that were used already repair nothing", () => {
    expect(resyncMfaDevice(enabled(0, NOW - 1), pair(NOW), AT)).toBeUndefined();
    expect(resyncMfaDevice({ seed: SEED }, pair(NOW), AT)).toBeUndefined();
  });

  test(`any clock within a day is found (MAYFLY_TEST_SEED=${seed})`, () => {
    const thrown = dice(`${seed}/drift`);
    for (let round = 0; round < 20; round++) {
      const drift = thrown.integer(5760) - 2880;
      const device = resyncMfaDevice(enabled(), pair(NOW + drift), AT);
      expect(device?.enabled.driftSteps).toBe(Math.abs(drift) <= 1 ? 0 : drift);
      const next = AT + 30_000 * (1 + thrown.integer(100_000));
      expect(device && verifyMfaCode(device, totp(SEED, stepAt(next) + drift), next)).toBeDefined();
    }
  });
});
