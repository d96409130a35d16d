// How is what a program did written in a line? Requests with their instants, from which an observation is made as a run makes it.

import { parseDuration } from "../../clock/duration.ts";
import type { FaultReport } from "../../control/controls.ts";
import { iso } from "../../control/iso.ts";
import type { RequestEntry } from "../../control/request-record.ts";
import { ObservationCollector } from "../../exercise/collector.ts";
import type { Ending, Observation } from "../../exercise/observation.ts";

export const BEGAN = Date.parse("2026-11-26T00:00:00Z");
const HOUR = 3_600_000;
const LIFE = 6 * HOUR;
const INSTANCE = "i-0123456789abcdef0";

export const at = (duration: string): number => BEGAN + parseDuration(duration);

/** Keys are named after the hour of their issue: K5 is issued 5 h after the beginning, and lives 6 h. K1b is another set of that hour. */
const issueOf = (key: string) => BEGAN + Number.parseInt(key.slice(1), 10) * HOUR;

type Made = Omit<RequestEntry, "sequence" | "at" | "sourceAddress"> & { readonly at: number };

const IMDS = { face: "imds", method: "GET", status: 200, imdsVersion: 2, instanceId: INSTANCE } as const;
const LIST = "/latest/meta-data/iam/security-credentials/";

function keyFacts(key: string, instant: number) {
  const left = issueOf(key) + LIFE - instant;
  return {
    accessKeyId: key,
    keyAgeSeconds: Math.floor((instant - issueOf(key)) / 1000),
    keyLeftSeconds: Math.floor(left / 1000),
  };
}

function callWith(key: string | undefined, instant: number): Made {
  const call = { at: instant, face: "aws", method: "GET", target: "/mybucket", action: "s3:ListBucket" } as const;
  if (key === undefined) return { ...call, status: 403, errorCode: "AccessDenied" };
  if (!/^K\d/.test(key)) return { ...call, status: 200, accessKeyId: key };
  const facts = { ...call, instanceId: INSTANCE, ...keyFacts(key, instant) };
  const principal = "arn:aws:sts::000000000000:assumed-role/mybucket-access/i-0123456789abcdef0";
  if (instant >= issueOf(key) + LIFE) return { ...facts, principal, status: 400, errorCode: "ExpiredToken" };
  return { ...facts, principal, status: 200 };
}

const MAKERS: Readonly<Record<string, (instant: number, key: string | undefined) => readonly Made[]>> = {
  token: (instant) => [{ ...IMDS, at: instant, method: "PUT", target: "/latest/api/token" }],
  role: (instant) => [{ ...IMDS, at: instant, target: LIST }],
  creds: (instant, key) => [
    { ...IMDS, at: instant, target: `${LIST}mybucket-access`, ...(key && keyFacts(key, instant)) },
  ],
  get: (instant) => [{ ...IMDS, at: instant, target: "/latest/meta-data/placement/region" }],
  call: (instant, key) => [callWith(key, instant)],
  /** As botocore and many others do it. */
  renew: (instant, key) => ["token", "role", "creds"].flatMap((verb, i) => MAKERS[verb]?.(instant + i, key) ?? []),
};

/** `5h45m` or `1m..5h/30s`: at that instant, or from the first to the last at that distance. */
function instantsOf(when: string): readonly number[] {
  const [, from = "", to = from, every = "1d"] = /^([^./]+)(?:\.\.([^/]+)\/(\S+))?$/.exec(when) ?? [];
  const step = parseDuration(every);
  return Array.from({ length: Math.floor((at(to) - at(from)) / step) + 1 }, (_, i) => at(from) + i * step);
}

/**
 * `0m renew K0; 1m..5h44m/1m call K0; 5h45m role 503 f-1 x3; 5h46m role v1`: when, what, of which key, and beyond that
 * a status, an error code, a fault's id, IMDSv1, and how often at once, 5 ms apart.
 */
function requestsOf(line: string): readonly Made[] {
  const [when = "", verb = "", ...words] = line.trim().split(/\s+/);
  const make = MAKERS[verb];
  if (make === undefined) throw new Error(`nobody knows \`${verb}\` in \`${line}\``);
  const word = (pattern: RegExp) => words.find((one) => pattern.test(one));
  const key = words.find((one) => /^(K\d|A[SK]IA)/.test(one));
  const status = word(/^\d+$/);
  const times = Number(word(/^x\d+$/)?.slice(1) ?? 1);
  const given = {
    ...(status !== undefined && { status: Number(status) }),
    ...(word(/^[A-Z][a-z]\w+$/) && { errorCode: word(/^[A-Z][a-z]\w+$/) as string }),
    ...(word(/^f-/) && { fault: word(/^f-/) as string }),
    ...(word(/^v1$/) && { imdsVersion: 1 as const }),
  };
  return instantsOf(when).flatMap((instant) =>
    Array.from({ length: times }, (_, i) => make(instant + 5 * i, key))
      .flat()
      .map((made) => ({ ...made, ...given })),
  );
}

/** In the order of their instants. */
export function entriesOf(history: string): readonly RequestEntry[] {
  const lines = history.split(/[;\n]/).filter((line) => line.trim() !== "");
  const made = lines.flatMap(requestsOf).sort((a, b) => a.at - b.at);
  return made.map((one, i) => ({ ...one, sequence: i + 1, at: iso(one.at), sourceAddress: "127.0.0.1" }));
}

/** `f-1 swallow 4h..5h`, and without an end where it has none; `f-2 swallow@aws 4h..`, and by dice `f-3 status%0.5 4h..`. */
function faultOf(text: string): FaultReport {
  const [id = "", kind = "", when = ""] = text.trim().split(/\s+/);
  const [, fault = "", face, probability] = /^([a-z-]+)(?:@(\w+))?(?:%([\d.]+))?$/.exec(kind) ?? [];
  const [from = "", until = ""] = when.split("..");
  return {
    id,
    fault: { fault, ...(face && { face: face as "aws" }), ...(probability && { probability: Number(probability) }) },
    seed: 0,
    from: iso(at(from)),
    ...(until !== "" && { until: iso(at(until)) }),
    inForce: true,
    matched: 0,
    struck: 0,
  };
}

export interface Written {
  readonly history: string;
  /** One a line, or with semicolons between them. */
  readonly faults?: string;
  /** When steps of a scenario were taken. */
  readonly steps?: string;
  readonly ends?: string;
  readonly ending?: Ending;
  readonly kept?: number;
}

export const ASKED: Ending = { kind: "asked", exitCode: 143, wasKilled: false };

export function observe({
  history,
  faults = "",
  steps = "",
  ends = "7h",
  ending = ASKED,
  kept = 5_000,
}: Written): Observation {
  const collector = new ObservationCollector({
    program: "probe",
    instanceId: INSTANCE,
    clock: "warped",
    startedAt: BEGAN,
    isAlone: true,
    kept,
  });
  collector.noteFaults(faults.split(/[;\n]/).filter(Boolean).map(faultOf), BEGAN);
  for (const [i, when] of steps.split(";").filter(Boolean).entries())
    collector.noteStep({ step: i + 1, at: iso(at(when.trim())), did: "renewed" });
  for (const entry of entriesOf(history)) collector.take(entry);
  return collector.finish(at(ends), ending);
}
