// Does the program ask for more than it needs? Tokens and requests in one renewal, and in a minute.

import type { Burst } from "../observation.ts";
import { count, instant } from "../words.ts";
import { type Check, countOf, type Evidence, MINUTE_MILLISECONDS } from "./check.ts";

const none = "never asked the metadata service for keys";

const largest = ({ observation }: Evidence, measure: (burst: Burst) => number): Burst | undefined =>
  observation.bursts.reduce<Burst | undefined>(
    (most, burst) => (most && measure(most) >= measure(burst) ? most : burst),
    undefined,
  );

export const tokenReuse: Check = {
  name: "token-reuse",
  about: "it took no more tokens in one renewal than a client or two need, and read with them again",
  threshold: "tokensPerRenewal",
  isOfTime: false,
  judge(evidence, allowed) {
    const burst = largest(evidence, ({ tokens }) => tokens);
    if (burst === undefined) return { outcome: "passed", measured: 0, message: none };
    const { tokens: measured, at } = burst;
    const most = `at most ${count(measured, "token")} in one renewal`;
    if (measured <= allowed) return { outcome: "passed", measured, message: most };
    return {
      outcome: "failed",
      measured,
      message: `took ${count(measured, "token")} in one renewal at ${instant(at)}, where one can be read with again and again; most allowed ${allowed}`,
    };
  },
};

export const noStampede: Check = {
  name: "no-stampede",
  about:
    "its workers renewed together: requests that follow each other at once, with less than a quarter of a second between them, are one renewal",
  threshold: "requestsPerRenewal",
  isOfTime: false,
  judge(evidence, allowed) {
    const burst = largest(evidence, ({ requests }) => requests);
    if (burst === undefined) return { outcome: "passed", measured: 0, message: none };
    const { requests: measured, tokens, at } = burst;
    if (measured <= allowed) {
      return { outcome: "passed", measured, message: `at most ${count(measured, "request")} in one renewal` };
    }
    return {
      outcome: "failed",
      measured,
      message: `${count(measured, "request")} to the metadata service in one renewal at ${instant(at)}, ${tokens} of them for a token; most allowed ${allowed}`,
    };
  },
};

export const noHammering: Check = {
  name: "no-hammering",
  about: "it asked the metadata service at a measured pace, also while that failed",
  threshold: "requestsPerMinute",
  isOfTime: false,
  judge({ asks }, allowed) {
    const minutes = new Map<number, number>();
    for (const ask of asks) {
      const minute = Math.floor(ask.at / MINUTE_MILLISECONDS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + countOf(ask));
    }
    const [minute, measured] = [...minutes].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
    if (measured <= allowed) {
      return { outcome: "passed", measured, message: `at most ${count(measured, "request")} in a minute` };
    }
    return {
      outcome: "failed",
      measured,
      message: `${count(measured, "request")} to the metadata service in the minute from ${instant(minute * MINUTE_MILLISECONDS)}; most allowed ${allowed}`,
    };
  },
};
