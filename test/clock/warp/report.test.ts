import { expect, test } from "vitest";
import { reportOf } from "../../../clock/warp/report.ts";

const stopped = (cause: string, signal: number) => ({ tid: 7, kind: "stopped", cause, signal });

test.each([
  ["exit code 3", 0x0300, { tid: 7, kind: "ended", exitCode: 3 }],
  ["killed by SIGTERM", 15, { tid: 7, kind: "ended", exitCode: 143 }],
  ["killed by SIGSEGV with a core", 11 | 0x80, { tid: 7, kind: "ended", exitCode: 139 }],
  ["about to get SIGTERM", 0x0f7f, stopped("signal", 15)],
  ["at a breakpoint", 0x057f, stopped("breakpoint", 5)],
  ["at a system call", 0x857f, stopped("system call", 0x85)],
  ["has become another program", 0x4_057f, stopped("exec", 5)],
  ["has a child", 0x1_057f, stopped("birth", 5)],
  ["has a thread", 0x3_057f, stopped("birth", 5)],
  ["interrupted, or just born", 0x80_057f, stopped("interrupted", 5)],
  ["stopped by SIGTSTP", 0x80_147f, stopped("job control", 20)],
])("%s", (_, word, expected) => {
  expect(reportOf(7, word)).toEqual(expected);
});
