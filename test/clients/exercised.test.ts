// One service in five languages: that which leaves its keys to the SDK comes through, and those that make a mistake fail the check that
// names it. Only real programs whose clocks are moved can show that.

import { beforeAll, describe, expect, test } from "vitest";
import type { CheckResult } from "../../exercise/verdict.ts";
import { type ExerciseReport, exercise } from "../../index.ts";
import { describeWith } from "../requires.ts";
import { LANGUAGES, type Language, NAMES, type Word } from "./exercised/programs.ts";
import { boto3, exercised, movableClock } from "./software.ts";

const programIn = (language: Language, word: Word) => {
  const [command, ...words] = LANGUAGES[language];
  return { name: language, command, arguments: [...words, word], stdio: "ignore" } as const;
};

const failures = (checks: readonly CheckResult[]) =>
  Object.fromEntries(checks.flatMap(({ name, outcome, message }) => (outcome === "failed" ? [[name, message]] : [])));

describeWith([boto3, exercised, movableClock], "a service that leaves its keys to the SDK", () => {
  test.for(NAMES)("in %s comes through three lives of six hours in less than a minute", async (language) => {
    const { programs, passed, realSeconds, simulatedSeconds } = await exercise({
      programs: [programIn(language, "good")],
      rotations: 3,
    });
    const [{ verdict, observation }] = programs as [ExerciseReport["programs"][number]];
    expect([failures(verdict.checks), passed]).toEqual([{}, true]);
    expect(observation.ending).toMatchObject({ kind: "asked", exitCode: 0, wasKilled: false });
    const margins = verdict.rotations.map(({ marginSeconds }) => Math.round(marginSeconds ?? Number.NaN));
    expect(margins.length).toBe(3);
    expect(Math.min(...margins)).toBeGreaterThanOrEqual(0);
    expect(simulatedSeconds).toBeGreaterThan(12 * 3600);
    expect(realSeconds).toBeLessThan(60);
    process.stdout.write(
      `${language}: ${realSeconds.toFixed(1)} s; new keys ${margins.join(", ")} s before the expiry\n`,
    );
  });
});

interface Mistake {
  readonly word: Word;
  /** What the instance's metadata options say of tokens. */
  readonly httpTokens?: "optional";
  /** The checks that fail, all others pass, and how their messages name the fault. */
  readonly fails: Readonly<Record<string, RegExp>>;
}

const RENEWED =
  /^rotation 1: ASIA\w{16} expired at .*, and (no newer keys came into use|\w+ was in use only .* after the expiry)$/;

const MISTAKES: Readonly<Record<string, Mistake>> = {
  "keeps its first keys for ever": {
    word: "forever",
    fails: {
      "no-expired-credentials":
        /^went on signing with ASIA\w{16} after they had expired at .*: \d+ calls refused, and never asked the metadata service again$/,
      "renewed-in-time": RENEWED,
    },
  },
  "renews only after a call was refused": {
    word: "after-failure",
    fails: {
      "no-expired-credentials":
        /^asked for new keys only after a call had been refused: \d+ m?s after ASIA\w{16} had expired/,
      "renewed-in-time": RENEWED,
    },
  },
  "has twenty workers that renew each for itself": {
    word: "stampede",
    fails: {
      "no-stampede": /^\d\d requests to the metadata service in one renewal/,
      "token-reuse": /^took \d\d tokens in one renewal/,
    },
  },
  "reads without a token where that is allowed": {
    word: "imdsv1",
    httpTokens: "optional",
    fails: { "no-imdsv1": /^\d requests without a token \(IMDSv1\), none of them refused/ },
  },
  "reads without a token where that is refused": {
    word: "imdsv1",
    fails: {
      "no-imdsv1": /^(\d+) requests without a token \(IMDSv1\), \1 of them refused/,
      "role-keys-used": /^signed no call with its role's keys/,
    },
  },
  "sleeps on a timer past the expiry": {
    word: "timer",
    fails: {
      "no-expired-credentials":
        /^asked for new keys only 5 min( \d+ s)? after ASIA\w{16} had expired at .*, and went on signing with them until then: \d+ calls refused/,
      "renewed-in-time": RENEWED,
    },
  },
};

describeWith([boto3, exercised, movableClock], "a service that", () => {
  describe.for(Object.entries(MISTAKES))("%s fails", ([, { word, httpTokens, fails }]) => {
    let report: ExerciseReport;

    beforeAll(async () => {
      const options = httpTokens === undefined ? {} : { metadataOptions: { httpTokens } };
      const instances = Object.fromEntries(NAMES.map((language) => [language, options]));
      const [first, ...others] = NAMES.map((language) => programIn(language, word));
      report = await exercise({
        programs: [first as NonNullable<typeof first>, ...others],
        rotations: 1,
        configuration: { instances },
      });
      process.stdout.write(`${word}: ${report.realSeconds.toFixed(1)} s\n`);
    });

    test.for(NAMES)("in %s", (language) => {
      const { verdict } = report.programs.find(({ name }) => name === language) as ExerciseReport["programs"][number];
      const messages = failures(verdict.checks);
      for (const [name, text] of Object.entries(messages)) process.stdout.write(`  ${language} ${name}: ${text}\n`);
      expect(messages).toEqual(
        Object.fromEntries(Object.entries(fails).map(([name, words]) => [name, expect.stringMatching(words)])),
      );
      expect(verdict.passed).toBe(false);
    });
  });
});
