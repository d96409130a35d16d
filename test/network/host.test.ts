import { expect, test } from "vitest";
import { isLoopback, isOwnHost } from "../../network/host.ts";

test.each([
  ["169.254.169.254", true],
  ["127.0.0.1:1338", true],
  ["[::1]:1338", true],
  ["[fd00:ec2::254]", true],
  ["localhost", true],
  ["localhost:1338", true],
  ["mayfly:1338", true],
  ["mayfly", true],
  ["rebound.example", false],
  ["127.0.0.1.example", false],
  ["localhost.example", false],
  ["mayfly.example", false],
  ["1.2.3.4.5", false],
  ["", false],
  [undefined, false],
])("Host %s: %s", (header, expected) => {
  expect(isOwnHost(header, ["mayfly"])).toBe(expected);
});

test.each([
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["::", false],
  ["169.254.169.254", false],
  ["10.0.0.1", false],
  ["::10", false],
])("%s is loopback: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
