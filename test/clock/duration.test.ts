import { describe, expect, test } from "vitest";
import { parseDuration } from "../../clock/duration.ts";

describe("durations as people write them", () => {
  test.each([
    ["6h", 21_600_000],
    ["5m", 300_000],
    ["90s", 90_000],
    ["250ms", 250],
    ["0s", 0],
    ["1h30m", 5_400_000],
    ["2d 12h", 216_000_000],
    ["1.5h", 5_400_000],
    ["6h 35m", 23_700_000],
    ["1d2h3m4s5ms", 93_784_005],
  ])("%s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(["", " ", "6", "h", "6x", "-6h", " 6h", "6h ", "1h  1m", "6H", "1e3s", ".5h"])("not %j", (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  });
});
