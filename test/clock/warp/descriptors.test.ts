import { expect, test } from "vitest";
import { movedWith } from "../../../clock/warp/clock-ids.ts";
import { timerState } from "../../../clock/warp/descriptors.ts";

const text = (clock: number, flags: string, value: string, interval: string) =>
  `pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t1057\nclockid: ${clock}\nticks: 0\nsettime flags: ${flags}\nit_value: ${value}\nit_interval: ${interval}\n`;

test.each([
  ["relative", text(1, "00", "(3599, 500000000)", "(60, 7)"), "monotonic", false, 3599.5, [60, 7]],
  ["absolute", text(0, "01", "(10, 0)", "(0, 0)"), "wall", true, 10, [0, 0]],
  ["absolute, cancelled when the clock is set", text(0, "03", "(10, 0)", "(0, 0)"), "wall", true, 10, [0, 0]],
  ["not armed", text(7, "00", "(0, 0)", "(0, 0)"), "monotonic", false, 0, [0, 0]],
])("a timer that is %s", (_, written, clock, isAbsolute, left, interval) => {
  expect(timerState(written)).toEqual({ clock, isAbsolute, left, interval });
});

test("clocks of CPU time do not move, nor unknown ones", () => {
  expect([0, 5, 8, 11].map(movedWith)).toEqual(Array(4).fill("wall"));
  expect([1, 4, 6, 7, 9].map(movedWith)).toEqual(Array(5).fill("monotonic"));
  for (const id of [2, 3, 10, 12, -1, -6, 99]) expect(movedWith(id)).toBeUndefined();
});
