import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../clock/duration.ts";
import { dice } from "../../entropy/dice.ts";

describe("durations", () => {
  test.each([
    ["6h", 21_600_000, "6h"],
    ["1h30m", 5_400_000, "1h30m"],
    ["90s", 90_000, "1m30s"],
    ["500ms", 500, "500ms"],
    ["1.5d", 129_600_000, "1d12h"],
    ["1s1ms", 1_001, "1s1ms"],
    [" 5m ", 300_000, "5m"],
    ["90", 90_000, "1m30s"],
    ["0.25", 250, "250ms"],
    [21_600, 21_600_000, "6h"],
    [0, 0, "0s"],
  ])("%s is %i ms, written %s", (text, milliseconds, written) => {
    expect(parseDuration(text)).toBe(milliseconds);
    expect(formatDuration(milliseconds)).toBe(written);
  });

  test.each([
    "",
    " ",
    "h",
    "6 h",
    "30m1h",
    "-5m",
    "6H",
    "1.h",
    ".",
    "1h1h",
    "9999999999999d",
    -1,
    Number.NaN,
    Infinity,
  ])("%s is refused in one line", (wrong) => {
    expect(() => parseDuration(wrong)).toThrow(/^`.*` is no duration: write it like 6h, 1h30m, 90s or 500ms$/);
  });

  test.each([-1, Number.NaN, Infinity])("%s ms cannot be written", (wrong) => {
    expect(() => formatDuration(wrong)).toThrow(RangeError);
  });

  test("what is written is read back, seed 11", () => {
    const { integer } = dice(11);
    for (let i = 0; i < 1_000; i++) {
      const milliseconds = integer(10 ** (1 + integer(12)));
      expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
    }
  });
});
