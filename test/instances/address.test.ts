import { describe, expect, test } from "vitest";
import {
  addressAfter,
  addressNumber,
  addressText,
  isPrivateIpv4,
  networkOf,
  parseListener,
} from "../../instances/address.ts";

describe("addresses as numbers", () => {
  test.each([
    ["10.0.0.10", "10.0.0.10"],
    ["::ffff:10.0.0.10", "10.0.0.10"],
    ["fd00:0:0:0:0:0:0:10", "fd00::10"],
    ["::1", "::1"],
  ])("%s is written %s", (text, written) => {
    expect(addressText(addressNumber(text))).toBe(written);
  });

  test.each([
    ["10.0.0.250", 10, "10.0.1.4"],
    ["10.255.255.255", 1, "11.0.0.0"],
    ["fd00::ffff", 1, "fd00::1:0"],
  ])("%s and %d further", (text, count, expected) => {
    expect(addressAfter(text, count)).toBe(expected);
  });

  test.each([
    ["10.1.2.3", true],
    ["172.31.0.4", true],
    ["192.168.0.1", true],
    ["100.64.0.1", true],
    ["127.0.0.1", false],
    ["169.254.1.1", false],
    ["8.8.8.8", false],
    ["fd00::1", false],
  ])("%s may be an address in a VPC: %s", (text, expected) => {
    expect(isPrivateIpv4(text)).toBe(expected);
  });

  test("networks", () => {
    expect(networkOf("172.31.19.7", 20)).toBe("172.31.16.0/20");
    expect(networkOf("172.31.19.7", 16)).toBe("172.31.0.0/16");
  });
});

describe("listeners", () => {
  test.each([
    ["127.0.0.1:1338", { address: "127.0.0.1", port: 1338 }],
    ["[::1]:80", { address: "::1", port: 80 }],
    ["[::1]:0", undefined],
    ["127.0.0.1", undefined],
    ["127.1:80", undefined],
    ["localhost:1338", undefined],
    ["::1:1338", undefined],
    ["127.0.0.1:65536", undefined],
    ["300.0.0.1:80", undefined],
  ])("%s", (text, expected) => {
    expect(parseListener(text)).toEqual(expected);
  });
});
