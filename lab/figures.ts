// What is told of a client in a scenario? The figures of one cell of the matrix, made of what was seen.

import { isAsk } from "../exercise/asks.ts";
import { total } from "../exercise/checks/check.ts";
import type { ProgramReport } from "../index.ts";
import type { Seen } from "./run.ts";

/** Instants are told as seconds before an expiry of keys in use; negative is afterwards. */
export interface Figures {
  readonly outcome: "passed" | "failed";
  /** The checks that failed, with what they say. */
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly rotations: number;
  /** The latest of all rotations: when it asked for the keys that it then used, and when these were in use. */
  readonly askedSeconds?: number;
  readonly marginSeconds?: number;
  /** Requests for a token, the role or its credentials: in the largest renewal that brought new keys, and in all. */
  readonly requestsPerRenewal: number;
  readonly imdsRequests: number;
  /** Those without a token. */
  readonly imdsV1Requests: number;
  readonly calls: number;
  /** Calls that AWS refused, and those among them that were signed with keys past their expiry. */
  readonly refusedCalls: number;
  readonly expiredCalls: number;
  /** Calls that failed in the program, as it told. */
  readonly failedCalls: number;
  readonly recoverySeconds?: number;
  readonly ending: string;
  /** What it told first, most often. */
  readonly complaint?: string;
}

type Request = ProgramReport["observation"]["requests"][number];

export const isRefused = ({ purpose, status }: Request): boolean =>
  purpose === "call" && status >= 400 && status !== 404;

/** Calls that were signed with keys past their expiry. */
export function expiredCalls({ observation: { requests, lives } }: ProgramReport): readonly Request[] {
  const expiries = new Map(lives.map(({ accessKeyId, expiresAt }) => [accessKeyId, expiresAt]));
  return requests.filter(
    ({ purpose, accessKeyId = "", at }) =>
      purpose === "call" && at >= (expiries.get(accessKeyId) ?? Number.POSITIVE_INFINITY),
  );
}

export function figuresOf({ report, complaints }: Seen): Figures {
  const { verdict, observation } = report;
  const { requests } = observation;
  const asks = requests.filter(isAsk);
  const recovery = verdict.checks.find(({ name }) => name === "recovery");
  const complaint = mostFrequent(complaints);
  return {
    outcome: verdict.passed ? "passed" : "failed",
    failed: verdict.checks
      .filter(({ outcome }) => outcome === "failed")
      .map(({ name, message }) => ({ name, message: withoutInstants(message) })),
    rotations: verdict.rotations.length,
    ...least(
      "askedSeconds",
      verdict.rotations.flatMap(({ askedAt, expiresAt }) => (askedAt ? [(expiresAt - askedAt) / 1000] : [])),
    ),
    ...least(
      "marginSeconds",
      verdict.rotations.flatMap(({ marginSeconds }) => marginSeconds ?? []),
    ),
    requestsPerRenewal: Math.max(0, ...verdict.rotations.map(({ imdsRequests }) => imdsRequests)),
    imdsRequests: total(asks),
    imdsV1Requests: total(asks.filter(({ imdsVersion, purpose }) => imdsVersion === 1 && purpose !== "token")),
    calls: total(requests.filter(({ purpose }) => purpose === "call")),
    refusedCalls: total(requests.filter(isRefused)),
    expiredCalls: total(expiredCalls(report)),
    failedCalls: complaints.length,
    ...(recovery?.measured !== undefined && { recoverySeconds: Math.round(recovery.measured) }),
    ending: endingOf(report),
    ...(complaint !== undefined && { complaint }),
  };
}

const least = (name: "askedSeconds" | "marginSeconds", seconds: readonly number[]) =>
  seconds.length === 0 ? {} : { [name]: Math.round(Math.min(...seconds)) };

function endingOf({ observation: { ending } }: ProgramReport): string {
  if (ending.kind === "asked") return ending.wasKilled ? "killed" : "asked";
  return ending.kind === "early" ? `ended by itself with status ${ending.exitCode}` : ending.kind;
}

/** Keys and dates are others in each run. */
const withoutInstants = (message: string) =>
  message
    .replace(/,? (at|from|until) \d{4}-\d\d-\d\dT[\d:]+Z/g, "")
    .replace(/ ?\(?\bASIA\w+\)?/g, " keys")
    .replaceAll("keys keys", "keys");

/** Without what is another in each run: ids, instants, folders. */
export const withoutIds = (line: string) =>
  line
    .replace(/\/tmp\/[\w.]+/g, "…")
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "…")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…");

const COMPLAINT_LENGTH = 240;

function mostFrequent(lines: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const line of lines.map(withoutIds)) counts.set(line, (counts.get(line) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0].slice(0, COMPLAINT_LENGTH);
}
