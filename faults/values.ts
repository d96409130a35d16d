// How are durations and instants written in a fault? As everywhere else, with one line for what is no such thing.

import { z } from "zod";
import { parseDuration } from "../clock/duration.ts";

/** Longer is no test any more, and beyond what one real timer holds there is 2^31 ms. */
const LONGEST_DELAY = "1d";

const readable = (written: string | number): string | undefined => {
  try {
    parseDuration(written);
    return undefined;
  } catch (error) {
    return (error as RangeError).message;
  }
};

const written = z.union([z.string(), z.number()], "must be a duration such as 10m, 90s or 500ms");

/** Text such as `10m`; a bare number is seconds. */
export const duration = (description: string) =>
  written
    .superRefine((value, { addIssue }) => {
      const fault = readable(value);
      if (fault !== undefined) addIssue(fault);
    })
    .describe(description);

/** A duration in real time. */
export const delay = (description: string) =>
  duration(description).refine(
    (value) => readable(value) !== undefined || parseDuration(value) <= parseDuration(LONGEST_DELAY),
    {
      error: `must be at most ${LONGEST_DELAY}`,
    },
  );

const signed = (value: string | number): readonly [sign: number, duration: string] => {
  const text = String(value).trim();
  return text.startsWith("-") ? [-1, text.slice(1)] : [1, text];
};

/** A duration that may have a minus before it. */
export const offset = (description: string) =>
  written
    .superRefine((value, { addIssue }) => {
      const fault = readable(signed(value)[1]);
      if (fault !== undefined) addIssue(fault);
    })
    .describe(description);

/** Milliseconds. */
export function parseOffset(value: string | number): number {
  const [sign, text] = signed(value);
  return sign * parseDuration(text);
}

export const instant = (description: string) =>
  z.iso.datetime({ offset: true, error: "must be an instant such as 2026-11-24T00:00:00Z" }).describe(description);
