// Does the text tell first what matters, and in a terminal's colours only there?

import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import type { Ending } from "../../../exercise/observation.ts";
import { paintFor, textReport } from "../../../exercise/reports/text.ts";
import { elapsed, endingSentence, nameKeys, visible } from "../../../exercise/reports/words.ts";
import { badReport, goodReport } from "./fixture.ts";

afterEach(() => vi.unstubAllEnvs());

test("a good run is a verdict, its rotations and one line of checks", () => {
  expect(textReport(goodReport())).toBe(`PASSED  Three expiries, nothing goes wrong (normal-renewal)
16 h 1 min since 2026-11-26T02:00:00Z simulated in 23 s, Mayfly 0.1.0

PASSED  boto3  python3 loop.py --bucket mybucket
  rotation  keys               expiry    asked     served    in use    margin                IMDS requests  tokens
  1         A …7Q3K → B …M2WD  6:00:00   5:45:01   5:45:01   5:45:01   15 min before expiry  3              1
  2         B …M2WD → C …X9LP  11:00:00  10:45:02  10:45:02  10:45:02  15 min before expiry  3              1
  3         C …X9LP → D …C4TV  16:00:00  15:45:01  15:45:01  15:45:01  15 min before expiry  3              1
  – recovery skipped: the scenario has no outage
  ✓ 7 checks passed: role-keys-used, no-expired-credentials, renewed-in-time, no-imdsv1, token-reuse, no-stampede, exit-status
  It ended when it was asked to, with status 143.
`);
});

test("a bad run names each failed check, and nothing that a program wrote steers the terminal", () => {
  expect(
    textReport(badReport()),
  ).toBe(`FAILED  The metadata service is away across the refresh window and past expiry (imds-outage)
1 of 3 programs came through. 6 h 12 min since 2026-11-26T02:00:00Z simulated in 41 s, Mayfly 0.1.0

PASSED  early  java -jar early.jar
  rotation  keys               expiry   asked    served   in use   margin             IMDS requests  tokens
  1         A …AAAA → B …BBBB  6:00:00  3:00:00  3:00:00  3:00:01  3 h before expiry  3              1
  ✓ 4 checks passed: no-expired-credentials, renewed-in-time, no-imdsv1, recovery
  It ended when it was asked to, with status 0.

FAILED  late  node late.js '20 workers'
  rotation  keys               expiry   asked    served   in use   margin               IMDS requests  tokens
  1         A …CCCC → B …DDDD  6:00:00  6:00:10  6:10:21  6:10:22  10 min after expiry  64             24
  ✗ no-expired-credentials: 90 calls were refused with ExpiredToken from 2026-11-26T08:00:01Z on: it used keys past their expiry
  ✗ renewed-in-time: new keys were in use only 10 min 22 s after expiry (rotation 1)
  ✓ 2 checks passed: no-imdsv1, recovery
  It did not end when it was asked to, and was killed.

FAILED  <script>alert("forever")</script>  ./forever --name 'it'\\''s\\u{1b}[31m'
  rotation  keys            expiry   asked  served  in use  margin              IMDS requests  tokens
  1         A …EEEE → none  6:00:00  never  never   never   no new keys in use  0              0
  ✗ no-expired-credentials: 93 calls were refused with ExpiredToken: it keeps its first keys for ever
  ✗ renewed-in-time: no new keys were in use within 12 min after expiry
  ✗ no-imdsv1: 2 requests came without a token
  – recovery skipped: it asked nothing during the outage
  It ended by itself with status 3, before the last rotation had been judged.
`);
});

const ESCAPE = String.fromCharCode(27);

test.each([
  { what: "a terminal", isTTY: true, environment: {}, coloured: true },
  { what: "a terminal under NO_COLOR", isTTY: true, environment: { NO_COLOR: "1" }, coloured: false },
  { what: "a pipe", isTTY: false, environment: {}, coloured: false },
])("colours for $what: $coloured", ({ isTTY, environment, coloured }) => {
  for (const name of ["NO_COLOR", "FORCE_COLOR", "NODE_DISABLE_COLORS"]) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries({ TERM: "xterm-256color", ...environment })) vi.stubEnv(name, value);
  const stream = Object.assign(new PassThrough(), { isTTY, getColorDepth: () => (process.env.NO_COLOR ? 1 : 8) });
  const text = textReport(badReport(), paintFor(stream));
  expect(text.includes(ESCAPE)).toBe(coloured);
  const uncoloured = text.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, "g"), "");
  expect(uncoloured).toBe(textReport(badReport()));
});

test.each([
  [0, "0:00:00"],
  [-999, "0:00:00"],
  [-3_000, "-0:00:03"],
  [20_701_999, "5:45:01"],
  [360_000_000, "100:00:00"],
])("%s ms since the beginning are %s", (milliseconds, text) => {
  expect(elapsed(milliseconds)).toBe(text);
});

test("keys have letters by their order, for ever so many of them", () => {
  const lives = Array.from({ length: 704 }, (_, index) => ({ accessKeyId: `ASIA${index}`, issuedAt: 0, expiresAt: 1 }));
  const all = [...nameKeys(lives).values()].map(({ letter }) => letter);
  expect([0, 25, 26, 51, 52, 701, 702].map((index) => all[index])).toEqual(["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
  expect(new Set(all).size).toBe(704);
});

test.each([
  ["a\u001b[2Jb", "a\\u{1b}[2Jb"],
  ["two\nlines\t", "two\\u{a}lines\\u{9}"],
  ["\u202etxt.exe", "\\u{202e}txt.exe"],
  ["\ud800 \uffff", "\ufffd \\u{ffff}"],
  ["zähler 🪰", "zähler 🪰"],
])("%j is shown as %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

const endings: readonly Ending[] = [
  { kind: "asked", exitCode: 0, wasKilled: false },
  { kind: "asked", exitCode: 137, wasKilled: true },
  { kind: "early", exitCode: 3 },
  { kind: "interrupted" },
  { kind: "hung" },
  { kind: "unmoved-timer", timer: "timer_create\u0007" },
];

test("each way to end has a sentence of its own", () => {
  const sentences = endings.map(endingSentence);
  expect(new Set(sentences).size).toBe(endings.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z]\P{Cc}+\.$/u);
  expect(sentences.at(-1)).toContain("timer_create");
});
