// What is told of clients, and when they ask: the arithmetic. That they really do is shown with the clients, in test/suites/ and test/clients/.

import { describe, expect, test } from "vitest";
import { rotationSettings } from "../../credential-rotator/configuration.ts";
import { REFRESH_RULES, REFRESHING_CLIENTS, refreshDueAt } from "../../credential-rotator/refresh-rules.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const SERVED = Date.parse("2026-11-24T00:00:00Z");

describe("when a client asks again", () => {
  test.each([
    ["botocore", 6 * HOUR, 5.75 * HOUR],
    ["aws-sdk-js-v3", 6 * HOUR, 6 * HOUR - 5 * MINUTE],
    ["aws-sdk-go-v2", 6 * HOUR, HOUR],
    ["aws-sdk-go-v2", 30 * MINUTE, 30 * MINUTE],
    ["aws-sdk-java-v2", 6 * HOUR, 6 * HOUR - 61_000],
    ["aws-sdk-java", 6 * HOUR, HOUR],
    ["aws-sdk-java", 70 * MINUTE, 55 * MINUTE],
    ["minio-go", 5 * HOUR, 4 * HOUR],
    ["aws-c-auth", 6 * HOUR, undefined],
  ] as const)("%s, with %i ms to live: after %s", (client, life, after) => {
    expect(refreshDueAt(client, SERVED, SERVED + life)).toBe(after === undefined ? undefined : SERVED + after);
  });
});

describe.each(REFRESHING_CLIENTS)("lives for %s", (client) => {
  const { lifetimeSeconds, everySeconds, withinSeconds } = REFRESH_RULES[client];

  test("are configured by its name, and by what is written beside it", () => {
    expect(rotationSettings({ refreshing: client })).toMatchObject({
      lifetimeMilliseconds: lifetimeSeconds * 1000,
      everyMilliseconds: everySeconds * 1000,
    });
    expect(rotationSettings({ refreshing: client, lifetime: "1h" }).lifetimeMilliseconds).toBe(HOUR);
  });

  test("last until it asks again: the keys in use are not over before", () => {
    expect(withinSeconds).toBeLessThanOrEqual(lifetimeSeconds - everySeconds + 1);
  });
});
