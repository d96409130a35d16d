// Does each check find what it is there for, and let a good client pass? Histories of the clients that are known, good and bad.

import { describe, expect, test } from "vitest";
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
  const isTold = !found.some((one) => one.includes("which was not warped"));
  expect(passed).toBe(isTold && !found.some((one) => / failed: /.test(one)));
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
    "whose clock is off, and who corrects itself once": {
      history:
        "0s renew K0; 1s call K0 403 RequestTimeTooSkewed; 2s..5h45m/1m call K0; 5h45m30s renew K5; 5h45m31s..7h/1m call K5",
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
      "has a clock that is off, and does not correct itself",
      { history: "0s renew K0; 1s..2h/1m call K0 403 RequestTimeTooSkewed", ends: "2h" },
      {
        "role-keys-used": /^role-keys-used failed: each of its 120 calls was refused: RequestTimeTooSkewed$/,
        "renewed-in-time": /skipped: no keys in use expired/,
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
      "renews by a timer that comes too late, and calls meanwhile",
      { history: "0s renew K0; 1s..6h5m/1m call K0; 6h5m13s renew K6; 6h5m14s..7h/1m call K6" },
      {
        "no-expired-credentials":
          /asked for new keys only 5 min 13 s after K0 had expired at 2026-11-26T06:00:00Z, and went on signing with them until then: 5 calls refused$/,
        "renewed-in-time": /5 min 14 s after/,
      },
    ],
    [
      "sleeps past the expiry, and then signs with the old keys",
      { history: "0s renew K0; 1s call K0; 6h20m call K0; 6h20m1s renew K6; 6h20m2s..7h/1m call K6" },
      {
        "no-expired-credentials":
          /slept past the expiry: its first call came 20 min after K0 had expired at 2026-11-26T06:00:00Z, 1 call refused, and only then it asked for new keys$/,
        "renewed-in-time": /20 min after the expiry/,
      },
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
        "token-reuse":
          /took 21 tokens in one renewal at 2026-11-26T05:45:30Z, where one can be read with again and again; most allowed 4/,
      },
    ],
    [
      "20 workers renew each for itself, and the clocks leap meanwhile",
      {
        history:
          "0s renew K0; 1s..5h45m/1m call K0; 5h45m30s token x20; 5h46m role x20; 5h46m20s creds K5 x20; 5h46m21s..7h/1m call K5",
      },
      {
        "no-stampede": /60 requests .* in one renewal at 2026-11-26T05:45:30Z, 20 of them for a token/,
        "token-reuse": /20 tokens/,
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
      { "no-imdsv1": /after a request for a token had failed$/ },
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

/** From half an hour before the expiry until ten minutes after it nothing is to be had. */
const OUTAGE = "f-1 reset-connection 5h30m..6h10m";

describe("in an outage of the metadata service", () => {
  const runs: readonly [string, Written, Expected][] = [
    [
      "who goes on with the old keys, is refused meanwhile and comes back, passes",
      {
        history:
          "0s renew K0; 1s..6h18m/1m call K0; 5h45m token 0 f-1; 5h55m token 0 f-1; 6h5m token 0 f-1; 6h18m30s renew K6; 6h18m31s..7h/1m call K6",
        faults: OUTAGE,
      },
      { "renewed-in-time": /skipped: no new keys were to be had at any expiry/ },
    ],
    [
      "who raises at once and asks again at each call, gives up keys that are alive",
      {
        history:
          "0s renew K0; 1s..5h44m/1m call K0; 5h45m..6h9m/1m token 0 f-1; 6h11m renew K6; 6h11m1s..7h/1m call K6",
        faults: OUTAGE,
      },
      {
        "no-early-stop":
          /asked for new keys without success for 15 min from 2026-11-26T05:45:00Z, and called nobody meanwhile, although K0 lived until 2026-11-26T06:00:00Z$/,
      },
    ],
    [
      "who asks beside its calls, and calls seldom, gives up nothing",
      {
        history:
          "0s renew K0; 1s..5h53m/2m call K0; 5h55m call K0; 5h55m100ms token 0 f-1; 5h57m token 0 f-1; 5h57m200ms call K0; 5h59m call K0; 6h11m renew K6; 6h11m1s..7h/1m call K6",
        faults: OUTAGE,
      },
      {},
    ],
    [
      "who never comes back",
      { history: "0s renew K0; 1s..5h44m/1m call K0; 5h45m..6h9m/1m token 0 f-1", faults: OUTAGE },
      {
        "no-early-stop": /failed: .* for 15 min/,
        recovery:
          /failed: no call was accepted from the end of f-1 \(reset-connection\) at 2026-11-26T06:10:00Z to the end, 50 min later/,
        "renewed-in-time": /skipped/,
      },
    ],
    [
      "who comes back late",
      {
        history:
          "0s renew K0; 1s..5h59m/1m call K0; 5h45m token 0 f-1; 6h0m..6h40m/1m call K0; 6h41m renew K6; 6h41m1s..7h/1m call K6",
        faults: OUTAGE,
      },
      {
        // From 20 minutes after it had asked in vain it could have asked again.
        "no-expired-credentials":
          /35 calls refused; it had last asked for keys 15 min before the expiry, and was answered nothing; 6 calls more while/,
        recovery: /failed: 31 min from the end of f-1 \(reset-connection\) at .* until the first accepted call/,
        "renewed-in-time": /skipped/,
      },
    ],
    [
      "what other threads had signed when the new keys came is excused with what they signed before",
      {
        history:
          "0s renew K0; 1s..6h11m/1m call K0; 5h59m token 0 f-1; 6h12m renew K6; 6h12m900ms call K0 x19; 6h12m1s..7h/1m call K6",
        faults: OUTAGE,
      },
      { "renewed-in-time": /skipped/ },
    ],
    [
      "what they sign afterwards is not",
      {
        history:
          "0s renew K0; 1s..6h11m/1m call K0; 5h59m token 0 f-1; 6h12m renew K6; 6h12m1s100ms call K0 x19; 6h12m2s..7h/1m call K6",
        faults: OUTAGE,
      },
      {
        "no-expired-credentials": /19 calls refused, although K6 had been served at .*; 11 calls more while/,
        "renewed-in-time": /skipped/,
      },
    ],
    [
      "who keeps its keys for ever has no excuse",
      { history: "0s renew K0; 1s..6h40m/1m call K0", faults: OUTAGE },
      {
        "no-expired-credentials": /40 calls refused, and never asked the metadata service again$/,
        "renewed-in-time": /failed: rotation 1: K0 expired .* no newer keys came into use/,
        recovery: /failed: no call was accepted/,
      },
    ],
    [
      "refused connections leave no trace in the log, and excuse all the same",
      {
        history: "0s renew K0; 1s..6h9m/1m call K0; 6h10m1s renew K6; 6h10m2s..7h/1m call K6",
        faults: "f-1 refuse-connection 5h30m..6h10m",
      },
      { "renewed-in-time": /skipped/ },
    ],
    [
      "what strikes now and then is no excuse: one can ask again",
      {
        history: "0s renew K0; 1s..6h9m/1m call K0; 5h45m token 503 f-1; 6h10m1s renew K6; 6h10m2s..7h/1m call K6",
        faults: "f-1 status%0.5 5h30m..6h10m",
      },
      {
        "no-expired-credentials":
          /9 calls refused; it had last asked for keys 15 min before the expiry, and was answered 503/,
        "renewed-in-time": /failed/,
      },
    ],
    [
      "a dead token is no excuse: another one can be had",
      {
        history:
          "0s renew K0; 1s..6h20m/1m call K0; 5h59m50s..6h20m/1m role 401 f-1; 6h21m renew K6; 6h21m1s..7h/1m call K6",
        faults: "f-1 revoked-tokens 3h..",
      },
      {
        "no-expired-credentials": /it had last asked for keys 10 s before the expiry, and was answered 401/,
        "renewed-in-time": /21 min after/,
      },
    ],
    [
      "slow answers are no excuse for who gives up too early",
      {
        history: "0s renew K0; 1s..6h9m/1m call K0; 5h45m token f-1; 6h10m1s renew K6; 6h10m2s..7h/1m call K6",
        faults: "f-1 slow-first-byte 5h30m..6h10m",
      },
      {
        "no-expired-credentials":
          /9 calls refused; it had last asked for keys 15 min before the expiry, and was answered 200/,
        "renewed-in-time": /failed/,
      },
    ],
    [
      "keys that came in a spoilt answer were not served, so that the old ones are not stale",
      {
        history: "0s renew K0; 1s..5h58m/1m call K0; 2h renew K2 f-1; 5h58m30s renew K5; 5h58m31s..7h/1m call K5",
        faults: "f-1 truncated-json 1h..3h",
      },
      {},
    ],
    [
      "keys that came in a spoilt answer and were used had come all the same",
      {
        history:
          "0s renew K0; 1s..5h58m/1m call K0; 2h renew K2 f-1; 3h call K2; 5h58m30s renew K5; 5h58m31s..7h/1m call K5",
        faults: "f-1 missing-fields 1h..3h",
      },
      { "no-stale-credentials": /keys K0 were used for 3 h 57 min after newer ones \(K2\)/ },
    ],
    [
      "old keys that are served again are not stale",
      {
        history:
          "0s renew K0; 1s..3h/1m call K0; 3h1m renew K3; 3h1m1s..4h/1m call K3; 4h1m renew K0 f-1; 4h1m1s..5h/1m call K0; 5h1m renew K5; 5h1m1s..7h/1m call K5",
        faults: "f-1 expired-credentials 4h..5h",
      },
      {},
    ],
  ];
  test.each(runs)("%s", (_, written, expected) => check(written, expected));

  test("a threshold below 0 says itself how late new keys may be", () => {
    const late = {
      history: "0s renew K0; 1s..6h24m/1m call K0; 5h45m..6h20m/5m token 0 f-1; 6h25m renew K6; 6h25m1s..7h/1m call K6",
      faults: OUTAGE,
    };
    check(late, {}, { leastMarginSeconds: -1620 });
    check(late, { "renewed-in-time": /failed: .* only 25 min after the expiry/ }, { leastMarginSeconds: -1200 });
  });
});

describe("steps of a scenario", () => {
  const REVOKED =
    "0s renew K0; 1s..5h20m/1m call K0; 5h20m1s..5h44m/1m call K0 403 AccessDenied; 5h45m renew K5; 5h45m1s..7h/1m call K5";
  test("sessions that are revoked: from then until a call is accepted again", () => {
    check(
      { history: REVOKED, steps: "5h20m" },
      { recovery: /failed: 25 min from step 1 \(renewed\) at 2026-11-26T05:20:00Z until/ },
    );
    check({ history: REVOKED, steps: "5h20m" }, {}, { recoverySeconds: 2700 });
  });

  test("of several the last one counts that came before the calls went on", () => {
    check({ history: REVOKED, steps: "5h20m; 5h30m; 6h" }, {});
  });

  test("what stops at the end of the run cannot be told yet", () => {
    check(
      {
        history: "0s renew K0; 1s..5h20m/1m call K0; 5h20m1s..5h30m/1m call K0 403 AccessDenied",
        steps: "5h20m",
        ends: "5h30m",
      },
      {
        recovery: /skipped: no call was accepted from step 1 .* 10 min later: too early to tell/,
        "renewed-in-time": /skipped: no keys in use expired while it ran/,
      },
    );
  });
});

describe("how it ended", () => {
  const GOOD = "0s renew K0; 1s..5h45m/1m call K0; 5h45m30s renew K5; 5h45m31s..7h/1m call K5";
  const FOREVER = "0s renew K0; 1s..6h12m/1m call K0";
  const early = (exitCode: number) => ({ kind: "early", exitCode }) as const;
  const TIMER = /skipped: this client waits on a timer \(timer_create\), which was not warped/;
  const timer = { kind: "unmoved-timer", timer: "timer_create" } as const;
  const endings: readonly [string, Omit<Written, "history"> & { readonly history?: string }, Expected][] = [
    ["by itself with 0", { ending: early(0) }, {}],
    ["by itself with 3", { ending: early(3) }, { "exit-status": /failed: ended by itself with status 3 after 7 h/ }],
    ["killed, because it did not heed SIGTERM", { ending: { kind: "asked", exitCode: 137, wasKilled: true } }, {}],
    [
      "hung",
      { ending: { kind: "hung" }, ends: "13h" },
      {
        "no-hang": /failed: hung: its last request came at 2026-11-26T06:59:31Z, and the run gave it up 6 h/,
        "exit-status": /skipped/,
      },
    ],
    ["on a timer that cannot be moved", { ending: timer }, { "no-hang": TIMER, "exit-status": /skipped/ }],
    [
      "the same, and what is wrong may come of it",
      { ending: timer, history: FOREVER },
      { "no-hang": TIMER, "exit-status": /skipped/, "no-expired-credentials": TIMER, "renewed-in-time": TIMER },
    ],
    [
      "before it did anything",
      { history: "", ending: early(0) },
      {
        "role-keys-used": /failed: .* it asked neither the metadata service nor AWS for anything/,
        "renewed-in-time": /skipped/,
      },
    ],
  ];
  test.each(endings)("%s", (_, written, expected) => {
    check({ history: GOOD, ...written }, { ...NO_SCENARIO, ...expected });
  });
});

test("an interrupted run is not passed, though no check failed", () => {
  const history = "0s renew K0; 1s..5h45m/1m call K0";
  const { passed, found } = outcomes({ history, ending: { kind: "interrupted" } });
  expect([passed, found.filter((one) => / failed: /.test(one))]).toEqual([false, []]);
});

describe("a program that never uses its role", () => {
  const strangers: readonly [string, string, RegExp][] = [
    [
      "has keys of its own",
      "0s..6h/1m call AKIAIOSFODNN7EXAMPLE",
      /its role's keys: signed 361 calls with AKIAIOSFODNN7EXAMPLE/,
    ],
    ["signs nothing", "0s..1h/1m call", /signed 61 calls with no key/],
    ["is served keys and does not use them", "0s renew K0", /it was served K0, and called nobody/],
    ["is served none", "0s token; 1s role 404", /2 requests to the metadata service, which served no keys/],
  ];
  test.each(strangers)("%s", (_, history, message) =>
    check({ history }, { ...NO_SCENARIO, "role-keys-used": message, "renewed-in-time": /skipped/ }),
  );
});
