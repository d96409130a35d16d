// How are instants, spans, keys and endings told to people?

import type { Ending, KeyLife } from "../observation.ts";
import type { ExerciseReport } from "../report.ts";
import type { Rotation } from "../verdict.ts";
import { span } from "../words.ts";

/** Names and messages come from programs: what would steer a terminal, turn a line round or be no XML is written as `\u{1b}`. */
export const visible = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(
      /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu,
      (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`,
    );

/** As a shell would take it. */
export const commandLine = (words: readonly string[]) =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");

/** How long before the old keys' expiry the new ones were in use. */
export function margin(rotation: Rotation): string {
  if (rotation.pickedUpAt === undefined) return "no new keys in use";
  const milliseconds = rotation.expiresAt - rotation.pickedUpAt;
  return `${span(milliseconds)} ${milliseconds < 0 ? "after" : "before"} expiry`;
}

/** `5:45:01` of the milliseconds since the run began. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const text = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return milliseconds <= -1000 ? `-${text}` : text;
}

/** A measured figure or a threshold; where everything passes that is infinite. */
export const figure = (number: number) => (Number.isFinite(number) ? String(Math.round(number * 10) / 10) : "any");

/** How a set of keys is called in a report: a letter, because ids look all alike, and the end of its id. */
export interface KeyName {
  /** From 0, by issue. */
  readonly index: number;
  readonly letter: string;
  /** `A …7Q3K`. */
  readonly label: string;
}

const letters = (index: number): string =>
  (index < 26 ? "" : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

export function nameKeys(lives: readonly KeyLife[]): ReadonlyMap<string, KeyName> {
  return new Map(
    lives.map(({ accessKeyId }, index) => {
      const letter = letters(index);
      return [accessKeyId, { index, letter, label: `${letter} …${visible(accessKeyId.slice(-4))}` }];
    }),
  );
}

/** From the beginning of the run to its end, epoch milliseconds. */
export interface Extent {
  readonly from: number;
  readonly until: number;
}

/** Everything is told since its `from`, a whole second: AWS issues and ends credentials at such. */
export const extentOf = ({ beganAt, simulatedSeconds }: ExerciseReport): Extent => ({
  from: Math.floor(beganAt / 1000) * 1000,
  until: beganAt + simulatedSeconds * 1000,
});

export function endingSentence(ending: Ending): string {
  switch (ending.kind) {
    case "asked":
      return ending.wasKilled
        ? "It did not end when it was asked to, and was killed."
        : `It ended when it was asked to, with status ${ending.exitCode}.`;
    case "early":
      return `It ended by itself with status ${ending.exitCode}, before the last rotation had been judged.`;
    case "interrupted":
      return "The run was interrupted: nothing is said of what was still to come.";
    case "hung":
      return "It did nothing any more, and was given up.";
    case "unmoved-timer":
      return `It waited on a timer that cannot be moved (${visible(ending.timer)}): nothing is said of it.`;
  }
}
