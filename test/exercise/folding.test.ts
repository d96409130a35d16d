// Is nothing lost where requests are folded? Random runs, judged as they were seen and folded as far as it goes, say the same.

import { expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { verdictOf } from "../../exercise/verdict.ts";
import { observe, type Written } from "./history.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const RUNS = 100;

test("hours of busy calls are few rows: as many as there are kinds in a minute", () => {
  const busy = { history: "0s renew K0; 1s..30m/500ms call K0; 1s..30m/1s call K0 404; 10m..20m/5s renew K0" };
  const { requests } = observe({ ...busy, ends: "30m", kept: 0 });
  expect(requests.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(3 + 3_599 + 1_800 + 363);
  expect(requests.length).toBeLessThan(30 * 5 + 20);
  expect(requests.filter(({ lastAt = 0, at }) => lastAt - at >= 60_000)).toEqual([]);
});

test("the newest stay as they came", () => {
  const { requests } = observe({ history: "0s renew K0; 1s..10m/1s call K0", ends: "10m", kept: 100 });
  expect(requests.slice(-100).map(({ count }) => count)).toEqual(Array(100).fill(undefined));
  expect(requests.length).toBeLessThan(250);
});

test(`${RUNS} random runs are judged the same, folded and not, MAYFLY_TEST_SEED=${seed}`, () => {
  for (let run = 0; run < RUNS; run++) judgeBothWays(randomRun(`${seed}/${run}`));
});

test("so is one whose old keys are refused on either side of the second after new ones were served", () => {
  const asks = "0s renew K0; 5h59m token 0 f-1; 6h5m creds K6; 6h5m500ms token 0 f-1";
  const history = `${asks}; 1s..5h59m/1m call K0; 6h5m600ms..6h5m20s/200ms call K0`;
  judgeBothWays({ history, faults: "f-1 reset-connection 5h30m..6h10m", ends: "7h" });
});

function judgeBothWays(written: Written): void {
  const raw = observe({ ...written, kept: Number.POSITIVE_INFINITY });
  const folded = observe({ ...written, kept: 0 });
  expect({ written, verdict: verdictOf(folded) }).toEqual({ written, verdict: verdictOf(raw) });
}

function randomRun(runSeed: string): Written {
  const { integer, pick } = dice(runSeed);
  const when = () => `${300 + integer(120)}m${integer(60)}s${integer(1000)}ms`;
  const key = () => pick(["K0", "K0", "K0", "K1", "K5"]);
  const line = () => {
    const span = `${when()}`;
    const verb = pick(["call", "call", "call", "call", "renew", "renew", "token", "role", "creds", "get"]);
    const range = pick(["", "", `..${420 + integer(20)}m/${10 + integer(200)}s`]);
    const status = pick(["", "", "", "503", "404", "401", "403", "0"]);
    const named = verb === "call" || verb === "renew" || (verb === "creds" && integer(4) > 0) ? key() : "";
    const words = [
      status,
      pick(["", "", "f-1", "f-2", "f-1 f-3"]),
      pick(["", "", "", "v1"]),
      pick(["", "", `x${2 + integer(4)}`]),
    ];
    return `${span}${range} ${verb} ${named} ${words.join(" ")}`;
  };
  const kinds = [
    "swallow",
    "status",
    "revoked-tokens",
    "slow-first-byte",
    "refuse-connection",
    "expired-credentials",
    "aws-error@aws",
  ];
  const faults = [1, 2, 3].map(
    (n) => `f-${n} ${pick(kinds)} ${300 + integer(60)}m..${pick(["", `${360 + integer(60)}m${integer(60)}s`])}`,
  );
  return {
    history: ["0s renew K0; 1s call K0", ...Array.from({ length: 2 + integer(12) }, line)].join(";"),
    faults: faults.slice(integer(4)).join(";"),
    steps: Array.from({ length: integer(3) }, when)
      .sort()
      .join(";"),
    ends: "8h",
  };
}
