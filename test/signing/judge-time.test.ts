// The two-clock rule, at both of its edges.

import { describe, expect, test } from "vitest";
import { judgeTime } from "../../signing/judge-time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const real = Date.UTC(2026, 10, 24, 12);
const ahead = { at: real + 7 * HOUR, realAt: real };
const behind = { at: real - 7 * HOUR, realAt: real };
const same = { at: real, realAt: real };

describe("a date of signing lies between the clocks, widened by 15 minutes", () => {
  test.each([
    // the instants, signed so long after the real time, the fault, the same by the simulated clock alone
    ["both clocks the same", same, 0, undefined, undefined],
    ["15 minutes old", same, -15 * MINUTE, undefined, undefined],
    ["a second older", same, -15 * MINUTE - 1000, "signature-expired", "signature-expired"],
    ["15 minutes early", same, 15 * MINUTE, undefined, undefined],
    ["a second earlier", same, 15 * MINUTE + 1000, "signature-not-yet-current", "signature-not-yet-current"],
    ["a client that stayed behind", ahead, 0, undefined, "signature-expired"],
    ["a client on its way", ahead, 3 * HOUR, undefined, "signature-expired"],
    ["a client that moved along", ahead, 7 * HOUR, undefined, undefined],
    ["behind the one that stayed", ahead, -16 * MINUTE, "signature-expired", "signature-expired"],
    [
      "before the one that moved",
      ahead,
      7 * HOUR + 16 * MINUTE,
      "signature-not-yet-current",
      "signature-not-yet-current",
    ],
    ["real time where the simulation is behind", behind, 0, undefined, "signature-not-yet-current"],
    ["behind both", behind, -7 * HOUR - 16 * MINUTE, "signature-expired", "signature-expired"],
    ["before both", behind, 16 * MINUTE, "signature-not-yet-current", "signature-not-yet-current"],
  ])("%s", (_, instants, after, fault, strictFault) => {
    const signed = { signedAt: real + after };
    expect(judgeTime(signed, instants)?.fault).toBe(fault);
    expect(judgeTime(signed, instants, true)?.fault).toBe(strictFault);
  });

  test("counts whole seconds, as the dates do", () => {
    expect(judgeTime({ signedAt: real - 15 * MINUTE }, { at: real + 999, realAt: real + 999 })).toBeUndefined();
  });

  test("says by which clock, and what the bound was", () => {
    expect(judgeTime({ signedAt: real - HOUR }, ahead)).toEqual({
      fault: "signature-expired",
      signedAt: real - HOUR,
      judgedAt: real,
      limitAt: real - 15 * MINUTE,
      toleranceMilliseconds: 900_000,
    });
    expect(judgeTime({ signedAt: real + 8 * HOUR }, ahead)).toMatchObject({
      judgedAt: real + 7 * HOUR,
      limitAt: real + 7 * HOUR + 15 * MINUTE,
    });
  });
});

describe("a presigned URL lives on the clock that its date is nearer to", () => {
  const presigned = (signedAt: number, expiresSeconds: number) => ({
    signedAt,
    expiresSeconds,
    expiresAt: signedAt + expiresSeconds * 1000,
  });

  test.each([
    ["in its first second", presigned(real, 0), same, undefined, undefined],
    ["at its end", presigned(real - HOUR, 3600), same, undefined, undefined],
    ["a second after", presigned(real - HOUR - 1000, 3600), same, "presigned-expired", "presigned-expired"],
    ["of a clock that is fast", presigned(real + 15 * MINUTE, 60), same, undefined, undefined],
    [
      "of a clock too fast",
      presigned(real + 16 * MINUTE, 60),
      same,
      "presigned-not-yet-valid",
      "presigned-not-yet-valid",
    ],
    ["of a client that stayed behind", presigned(real - MINUTE, 3600), ahead, undefined, "presigned-expired"],
    ["of one that stayed, too old", presigned(real - 2 * HOUR, 3600), ahead, "presigned-expired", "presigned-expired"],
    ["of one that moved along", presigned(real + 6 * HOUR + MINUTE, 3600), ahead, undefined, undefined],
    ["of one that moved, too old", presigned(real + 5 * HOUR, 3600), ahead, "presigned-expired", "presigned-expired"],
    ["days old and alive", presigned(real - 144 * HOUR, 604_800), same, undefined, undefined],
  ])("%s", (_, signed, instants, fault, strictFault) => {
    expect(judgeTime(signed, instants)?.fault).toBe(fault);
    expect(judgeTime(signed, instants, true)?.fault).toBe(strictFault);
  });

  test.each([
    ["before its end", real + 1000, same, undefined],
    ["after its end", real - 1000, same, "presigned-expired"],
    ["for the one that stayed behind", real + HOUR, ahead, undefined],
    ["for the one that moved along", real + 6 * HOUR, ahead, "presigned-expired"],
  ])("version 2 has only an end: %s", (_, expiresAt, instants, fault) => {
    expect(judgeTime({ expiresAt }, instants)?.fault).toBe(fault);
  });

  test("says when it ended", () => {
    expect(judgeTime(presigned(real - 2 * HOUR, 60), same)).toEqual({
      fault: "presigned-expired",
      signedAt: real - 2 * HOUR,
      expiresSeconds: 60,
      judgedAt: real,
      limitAt: real - 2 * HOUR + MINUTE,
      toleranceMilliseconds: 900_000,
    });
  });
});
