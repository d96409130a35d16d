import { expect, test } from "vitest";
import { basicIso, dateHeaderInstant, isoInstant } from "../../signing/signing-date.ts";

const INSTANT = Date.UTC(2015, 7, 30, 12, 36, 0);

test.each([
  ["20150830T123600Z", INSTANT],
  ["2015-08-30T12:36:00Z", INSTANT],
  ["20160229T000000Z", Date.UTC(2016, 1, 29)],
  ["2015-0830T12:36:00Z", undefined],
  ["20150830T12:3600Z", undefined],
  ["20150830T123600", undefined],
  ["20150830T123600+0000", undefined],
  ["2015-08-30T12:36:00.000Z", undefined],
  ["20150229T000000Z", undefined],
  ["20150832T000000Z", undefined],
  ["20150830T240000Z", undefined],
  ["20150830T236000Z", undefined],
  ["20150830", undefined],
  ["Sun, 30 Aug 2015 12:36:00 GMT", undefined],
  ["", undefined],
])("X-Amz-Date %j", (text, instant) => {
  expect(isoInstant(text)).toBe(instant);
});

test.each([
  ["Sun, 30 Aug 2015 12:36:00 GMT", INSTANT],
  ["Sun, 30 Aug 2015 12:36:00 -0000", INSTANT],
  ["20150830T123600Z", INSTANT],
  ["Sun, 30 Foo 2015 12:36:00 GMT", undefined],
  ["Sun, 30 Aug 2015 12:36:00 CET", undefined],
  ["yesterday", undefined],
])("Date %j", (text, instant) => {
  expect(dateHeaderInstant(text)).toBe(instant);
});

test("is written in basic format", () => {
  expect(basicIso(INSTANT + 999)).toBe("20150830T123600Z");
});
