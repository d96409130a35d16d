// Does each check find what it is there for, and let a good client pass? Histories of the clients that are known, good and bad.

import { describe, expect, test } from "vitest";
import { CHECKS } from "../../exercise/checks/table.ts";
import { usualThresholds } from "../../exercise/thresholds.ts";
import { verdictOf } from "../../exercise/verdict.ts";
import { observe, type Written } from "./history.ts";

/** What each check says; a check that is not named passes. */
type Expected = Readonly<Record<string, RegExp>>;

function outcomes(written: Written, thresholds = {}) {
  const { checks, passed } = verdictOf(observe(written), { ...usualThresholds, ...thresholds });
  return {
    passed,
    found: checks
      .filter(({ outcome }) => outcome !== "passed")
      .map(({ name, outcome, message }) => `${name} ${outcome}: ${message}`),
  };
}

function check(written: Written, expected: Expected, thresholds = {}): void {
  const { found, passed } = outcomes(written, thresholds);
  const names = found.map((one) => one.split(" ", 1)[0]);
  expect([names.sort(), found]).toEqual([Object.keys(expected).sort(), found]);
  for (const [name, message] of Object.entries(expected))
    expect(found.find((one) => one.startsWith(`${name} `))).toMatch(message);
  expect(passed).toBe(!found.some((one) => / failed: /.test(one)));
}

const NO_SCENARIO = { recovery: /skipped: no fault and no step/ };

describe("good clients in normal renewal", () => {
  const good: Readonly<Record<string, Written>> = {
    "botocore: 15 min before expiry, the caller waits, a token for each fetch": {
      history: "0s renew K0; 1s..5h45m/1m call K0; 5h45m30s renew K5; 5h45m31s..7h/1m call K5",
    },
    "JS v3: 5 min before, in the background while old keys sign": {
      history: "0s renew K0; 1s..5h55m/1m call K0; 5h55m30s call K0; 5h55m30s renew K5; 5h55m31s..7h/1m call K5",
    },
    "Go v2: each hour, a token kept for 5 min": {
      history: `0s renew K0; 1s..1h/1m call K0; ${[1, 2, 3, 4, 5, 6].map((h) => `${h}h1m renew K${h}; ${h}h1m1s..${h + 1}h/1m call K${h}`).join(";")}`,
    },
    "Go v2 with longer sets: at the expiry itself": {
      history: "0s renew K0; 1s..5h59m50s/10s call K0; 6h0m1s role; 6h0m1s creds K6; 6h0m2s..7h/1m call K6",
    },
    "Rust: seconds before": {
      history: "0s renew K0; 1s..5h59m50s/1s call K0; 5h59m52s renew K5; 5h59m53s..7h/1m call K5",
    },
    "Java v1: a token before each GET": {
      history:
        "0s token; 1ms role; 2ms token; 3ms creds K0; 1s..5h45m/1m call K0; 5h45m10s token; 5h45m10s role; 5h45m10s token; 5h45m10s creds K5; 5h45m11s..7h/1m call K5",
    },
    "the CLI: each run is a process of its own": {
      history: "0s..4h58m/2m renew K0; 1s..4h58m/2m call K0; 5h..7h/2m renew K5; 5h1s..7h/2m call K5",
    },
    "20 workers who share one client": {
      history: "0s renew K0; 1s..5h45m/1m call K0 x20; 5h45m30s renew K5; 5h45m31s..7h/1m call K5 x20",
    },
    "two clients in one process, each renews for itself": {
      history:
        "0s renew K0; 5ms renew K0; 1s..5h59m/1m call K0; 5h46m renew K5; 5h46m1s..7h/1m call K5; 5h59m30s renew K5",
    },
    "who reads what is not there is taken for who it is": {
      history: "0s renew K0; 1s..5h45m/1m call K0 404; 5h45m30s renew K5; 5h45m31s..7h/1m call K5",
    },
  };
  test.each(Object.entries(good))("%s", (_, written) => check(written, NO_SCENARIO));

  test("what is told of them names the margin", () => {
    const { checks, rotations } = verdictOf(
      observe(good["botocore: 15 min before expiry, the caller waits, a token for each fetch"] as Written),
    );
    expect(checks.find(({ name }) => name === "renewed-in-time")).toEqual({
      name: "renewed-in-time",
      outcome: "passed",
      message: "1 rotation, new keys in use 14 min before the expiry",
      measured: 869,
      threshold: 0,
    });
    expect(rotations).toMatchObject([
      { number: 1, accessKeyId: "K0", nextAccessKeyId: "K5", marginSeconds: 869, imdsRequests: 3, tokenRequests: 1 },
    ]);
  });
});

describe("bad clients", () => {
  const bad: readonly [string, Written, Expected][] = [
    [
      "keeps its keys for ever",
      { history: "0s renew K0; 1s..6h12m/1m call K0", ends: "6h30m" },
      {
        "no-expired-credentials":
          /went on signing with K0 after they had expired at 2026-11-26T06:00:00Z: 12 calls refused, and never asked the metadata service again$/,
        "renewed-in-time": /rotation 1: K0 expired at .*, and no newer keys came into use/,
      },
    ],
    [
      "renews only after a failure",
      { history: "0s renew K0; 1s..5h59m/1m call K0; 6h0m7s call K0; 6h0m8s renew K6; 6h0m9s..7h/1m call K6" },
      {
        "no-expired-credentials":
          /asked for new keys only after a call had been refused: 8 s after K0 had expired at 2026-11-26T06:00:00Z, 1 call refused$/,
        "renewed-in-time": /K6 was in use only 9 s after the expiry/,
      },
    ],
    [
      "sleeps past the expiry, and then signs with the old keys",
      { history: "0s renew K0; 1s call K0; 6h20m call K0; 6h20m1s renew K6; 6h20m2s..7h/1m call K6" },
      { "no-expired-credentials": /20 min after K0 had expired/, "renewed-in-time": /20 min after the expiry/ },
    ],
    [
      "has new keys and does not use them",
      { history: "0s renew K0; 1s..6h4m/1m call K0; 5h45m renew K5; 6h5m..7h/1m call K5" },
      {
        "no-expired-credentials": /4 calls refused, although K5 had been served at 2026-11-26T05:45:00Z/,
        "renewed-in-time": /K5 was in use only 5 min after the expiry/,
      },
    ],
    [
      "prolongs what it was served again, as botocore does with short lives",
      { history: "0s renew K0; 1s..6h3m/1m call K0; 5h55m renew K0; 6h4m renew K6; 6h4m1s..7h/1m call K6" },
      {
        "no-expired-credentials":
          /3 calls refused; it had last asked for keys 5 min before the expiry, and was served K0/,
        "renewed-in-time": /4 min 1 s after/,
      },
    ],
    [
      "20 workers renew each for itself",
      { history: "0s renew K0; 1s..5h45m/1m call K0 x20; 5h45m30s renew K5 x21; 5h45m31s..7h/1m call K5 x20" },
      {
        "no-stampede":
          /63 requests to the metadata service in one renewal at 2026-11-26T05:45:30Z, 21 of them for a token; most allowed 12/,
        "token-reuse": /took 21 tokens in one renewal/,
      },
    ],
    [
      "reads without a token",
      {
        history:
          "0s role v1; 1ms creds K0 v1; 1s..5h45m/1m call K0; 5h45m30s role v1; 5h45m30s creds K5 v1; 5h45m31s..7h/1m call K5",
      },
      {
        "no-imdsv1": /4 requests without a token \(IMDSv1\), none of them refused; the first at 2026-11-26T00:00:00Z$/,
      },
    ],
    [
      "falls back to IMDSv1 when it gets no token",
      {
        history:
          "0s renew K0; 1s..5h45m/1m call K0; 5h45m30s token 0 f-1; 5h45m31s role v1; 5h45m31s creds K5 v1; 5h45m32s..7h/1m call K5",
        faults: "f-1 swallow 5h45m..5h46m",
      },
      { "no-imdsv1": /after a request for a token had been answered nothing$/ },
    ],
    [
      "one worker of two keeps the first keys for hours",
      { history: "0s renew K0; 0s..5h30m/1m call K0; 2h18m renew K2; 2h18m1s..7h/1m call K2" },
      {
        "no-stale-credentials":
          /keys K0 were used for 3 h 12 min after newer ones \(K2\) had been served, until 2026-11-26T05:30:00Z/,
      },
    ],
    [
      "asks without a pause while the metadata service fails",
      {
        history:
          "0s renew K0; 1s..5h50m/1m call K0; 5h46m..5h47m/100ms token 503 f-1; 5h51m renew K5; 5h51m1s..7h/1m call K5",
        faults: "f-1 status 5h45m..5h50m",
      },
      {
        "no-hammering":
          /600 requests to the metadata service in the minute from 2026-11-26T05:46:00Z; most allowed 300/,
        "no-stampede": /601 requests/,
      },
    ],
  ];
  test.each(bad)("%s", (_, written, expected) =>
    check(written, { ...(written.faults ? {} : NO_SCENARIO), ...expected }),
  );
});
