// Which requests are meant? One row for each condition: the schema of the control API, its OpenAPI document and the options of
// the commands follow from this table.

import { z } from "zod";
import { parseDuration } from "../clock/duration.ts";
import { type Range, readRange, readStatusRange } from "./range.ts";
import { FACES, type Face, keyAgeSeconds, keyLeftSeconds, type RequestRecord } from "./request-record.ts";

export interface Condition<Written = unknown> {
  /** What stands for the value in the help of a command. */
  readonly value: string;
  /** Begins with "only". */
  readonly about: string;
  /** What may be written, as text too. */
  readonly schema: z.ZodType<Written>;
  /** All that may be written, where that is few. */
  readonly choices?: readonly string[];
  /** What a record has here; undefined when nothing. */
  of(record: RequestRecord): string | number | undefined;
  /** Whether that is what was written. Told once a query, so that a record costs little. */
  test(written: Written): (found: string | number | undefined) => boolean;
}

const row = <Written>(condition: Condition<Written>) => condition;

type Of = Condition["of"];
type Texts = readonly [value: string, about: string, of: Of];

const text = z.string().min(1);
const same = (value: string, about: string, of: Of, schema: z.ZodType<string> = text) =>
  row<string>({ value, about, of, schema, test: (written) => (found) => found === written });
const beginning = (...[value, about, of]: Texts) =>
  row<string>({
    value,
    about,
    of,
    schema: text,
    test: (written) => (found) => String(found ?? "").startsWith(written),
  });
const part = (...[value, about, of]: Texts) =>
  row<string>({ value, about, of, schema: text, test: (written) => (found) => String(found ?? "").includes(written) });

/** A range; where nothing is found, nothing is in it. */
function ranged(about: string, of: Of, read: (text: string) => Range | undefined, example: string) {
  const readable = (written: number | string) => read(String(written)) !== undefined;
  return row<number | string>({
    value: "range",
    about,
    of,
    schema: z.union([z.number(), text]).refine(readable, `must be such as ${example}`),
    test(written) {
      const range = read(String(written));
      return (found) => typeof found === "number" && range !== undefined && range(found);
    },
  });
}

const readDurations = (text: string) => readRange(text, (bound) => parseDuration(bound) / 1000);
const durations = (about: string, of: Of) => ranged(about, of, readDurations, "<5m, >=1h or 1h-2h");

/** An instant that the simulated one of a record is set beside. */
function instant(about: string, fits: (at: number, bound: number) => boolean) {
  const error = "must be an instant such as 2026-11-24T00:00:00Z";
  return row<string>({
    value: "instant",
    about,
    of: ({ at }) => at,
    schema: z.iso.datetime({ offset: true, error }),
    test(written) {
      const bound = Date.parse(written);
      return (found) => fits(found as number, bound);
    },
  });
}

/** All given ones must hold. */
export const CONDITIONS = {
  face: row<Face>({
    value: "face",
    about: "only one side",
    choices: FACES,
    schema: z.enum(FACES),
    of: ({ face }) => face,
    test: (written) => (found) => found === written,
  }),
  instance: same("id", "only of this instance, by id or name", ({ facts }) => facts.instanceId),
  method: same("method", "only with this HTTP method", ({ method }) => method),
  path: beginning("beginning", "only paths that begin so", ({ target }) => target),
  status: ranged(
    "only with such an HTTP status: 404, 4xx, 400-499 or >=400",
    ({ status }) => status,
    readStatusRange,
    "404, 4xx, 400-499 or >=400",
  ),
  imdsVersion: row<number>({
    value: "n",
    about: "only of IMDSv1 (without a token) or IMDSv2",
    choices: ["1", "2"],
    schema: z.coerce.number().int().min(1).max(2),
    of: ({ imdsVersion }) => imdsVersion,
    test: (written) => (found) => found === written,
  }),
  metadataVersion: same(
    "version",
    "only under this version of the metadata, such as latest or 2021-03-23",
    ({ facts }) => facts.metadataVersion,
  ),
  accessKeyId: same("id", "only with this key", ({ facts }) => facts.accessKeyId),
  keyAge: durations("only with a temporary key of such an age: <5m, >=1h or 1h-2h", keyAgeSeconds),
  keyLeft: durations("only with a temporary key that had so long to live: <5m; <0 when it had expired", keyLeftSeconds),
  action: same(
    "action",
    "only this operation, such as s3:PutObject or s3:ListObjectsV2",
    ({ facts }) => facts.action,
    text.regex(/^[^:]+:[^:]+$/, "must be such as s3:PutObject"),
  ),
  principal: part("part", "only of callers whose ARN has this part", ({ facts }) => facts.principal),
  errorCode: same("code", "only refused with this code, such as ExpiredToken", ({ facts }) => facts.errorCode),
  fault: row<string>({
    value: "id",
    about: "only struck by this fault; any, or none",
    schema: text,
    of: ({ facts }) => facts.fault,
    test(written) {
      if (written === "any") return (found) => found !== undefined;
      if (written === "none") return (found) => found === undefined;
      return (found) =>
        String(found ?? "")
          .split(" ")
          .includes(written);
    },
  }),
  userAgent: part("part", "only of clients whose User-Agent has this part", ({ userAgent }) => userAgent),
  from: instant("only from this simulated instant on", (at, bound) => at >= bound),
  to: instant("only up to this simulated instant", (at, bound) => at <= bound),
  after: row<number>({
    value: "sequence",
    about: "only after this sequence number",
    schema: z.coerce.number("must be a whole number").int("must be a whole number").min(0),
    of: ({ sequence }) => sequence,
    test: (written) => (found) => (found as number) > written,
  }),
} as const;

export type ConditionName = keyof typeof CONDITIONS;

type Written<Name extends ConditionName> = (typeof CONDITIONS)[Name] extends Condition<infer Value> ? Value : never;

/** Conditions on requests; all given ones must hold. */
export type RequestConditions = { readonly [Name in ConditionName]?: Written<Name> | undefined };

/** The table for whoever goes over it. */
export const conditionRows = Object.entries(CONDITIONS) as unknown as readonly (readonly [ConditionName, Condition])[];

type Shape = { [Name in ConditionName]: z.ZodOptional<z.ZodType<Written<Name>>> };

/** The fields of a schema, all optional. */
export const conditionShape = Object.fromEntries(
  conditionRows.map(([name, { schema, about }]) => [name, schema.optional().describe(about)]),
) as Shape;

/** One condition that was given, ready to be set beside records. */
export interface Given {
  readonly name: ConditionName;
  readonly written: unknown;
  readonly of: Condition["of"];
  holds(record: RequestRecord): boolean;
}

/** Those of a query that are given, in the order of the table. */
export function givenConditions(query: RequestConditions): readonly Given[] {
  return conditionRows.flatMap(([name, condition]) => {
    const written = query[name];
    if (written === undefined) return [];
    const test = condition.test(written);
    return [{ name, written, of: condition.of, holds: (record: RequestRecord) => test(condition.of(record)) }];
  });
}

/** Whether a record is meant. */
export function matcherOf(query: RequestConditions): (record: RequestRecord) => boolean {
  const conditions = givenConditions(query);
  return (record) => conditions.every(({ holds }) => holds(record));
}
