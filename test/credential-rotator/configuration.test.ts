import { describe, expect, test } from "vitest";
import {
  DEFAULT_ROTATION,
  EC2_ROTATION,
  intervalOf,
  rotationConfiguration,
  rotationSettings,
} from "../../credential-rotator/configuration.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe("rotation as configured", () => {
  test("overrides piece by piece: the default, the general one, the instance's", () => {
    expect(rotationSettings(undefined)).toEqual(DEFAULT_ROTATION);
    const general = rotationSettings({ lifetime: "2h" });
    expect(general).toMatchObject({ lifetimeMilliseconds: 2 * HOUR, everyMilliseconds: HOUR });
    expect(rotationSettings({ every: "10m" }, general)).toMatchObject({
      lifetimeMilliseconds: 2 * HOUR,
      everyMilliseconds: 10 * MINUTE,
      leadMilliseconds: 5 * MINUTE,
    });
    expect(rotationSettings("ec2", general)).toBe(EC2_ROTATION);
    expect(rotationSettings({ every: 600 }, EC2_ROTATION)).toMatchObject({ everyMilliseconds: 600_000, blurred: true });
  });

  test.each([
    ["ec1", 'must be "ec2", or a mapping of lifetime, every, lead and refreshing'],
    [{ refreshing: "boto" }, "refreshing"],
    [{ lifetime: "6x" }, "`6x` is no duration: write it like 6h, 1h30m, 90s or 500ms"],
    [{ lifetime: "1s" }, "must be at least 2s"],
    [{ every: "0s" }, "must be at least 1s"],
    [{ every: "1500ms" }, "must be a whole number of seconds"],
    [{ lifetime: true }, "must be a duration such as 6h, 90s or 1h30m"],
    [{ lifetme: "6h" }, 'there is no "lifetme" (did you mean "lifetime"?)'],
  ])("%j is refused: %s", (written, message) => {
    const { error } = rotationConfiguration.safeParse(written);
    expect(JSON.stringify(error?.issues)).toContain(JSON.stringify(message).slice(1, -1));
  });
});

describe("the interval: as wished, but never later than the lead, or half of the life, before the end", () => {
  test.each([
    ["6h", "1h", "5m", "1h"],
    ["1h", "1h", "5m", "55m"],
    ["15m", "1h", "5m", "10m"],
    ["10m", "1h", "5m", "5m"],
    ["6m", "1h", "5m", "3m"],
    ["2s", "1h", "5m", "1s"],
    ["3s", "1h", "5m", "1s"],
    ["6h", "1h", "0s", "1h"],
    ["1h", "2h", "0s", "1h"],
    ["6h", "1s", "5m", "1s"],
  ])("lifetime %s, every %s, lead %s: %s", (lifetime, every, lead, interval) => {
    const { everyMilliseconds } = rotationSettings({ every: interval });
    expect(intervalOf(rotationSettings({ lifetime, every, lead }))).toBe(everyMilliseconds);
  });
});
