// How do the verbs on the request log work? Checked as what comes over the control API is, whoever asks.

import { z } from "zod";
import { parseDuration } from "../clock/duration.ts";
import type { RealTime } from "../clock/real-time.ts";
import { strictMapping } from "../roles/strict-mapping.ts";
import { followRequests, waitUntil } from "./await-requests.ts";
import type { RequestControls } from "./controls.ts";
import {
  checkTogether,
  durationSchema,
  type Expectation,
  ExpectationError,
  expectationShape,
  querySchema,
} from "./expectation.ts";
import { judge } from "./judge.ts";
import { parsed } from "./parse.ts";
import { conditionRows, conditionShape, type RequestConditions } from "./request-conditions.ts";
import type { RequestLog } from "./request-log.ts";

/** The query string of `GET /requests`. */
export const requestQuery = strictMapping({
  ...conditionShape,
  limit: z.coerce.number().int().min(0).optional().describe("at most so many, the newest"),
});

export const expectationSchema = strictMapping(expectationShape).superRefine(checkTogether);

/** An expectation, and how long to wait for it. */
export const awaitedSchema = strictMapping({
  ...expectationShape,
  timeout: durationSchema.optional().describe("how long to wait in real time, such as 5s; 30s unless given"),
}).superRefine(checkTogether);

/** The conditions on requests for a command line: their names, and what may be written. */
export const requestConditions = conditionRows.map(([name, { value, about, choices, schema }]) => ({
  name,
  value,
  about,
  ...(choices && { choices }),
  /** ControlError when the text cannot be taken. */
  check: (text: string) => void parsed(schema, text),
}));

/** The expectation as it is. ControlError when it makes no sense. */
export function checkExpectation(expectation: Expectation): Expectation {
  parsed(expectationSchema, expectation);
  return expectation;
}

const DEFAULT_TIMEOUT = "30s";
/** The longest timer of the machine. */
const LONGEST_TIMEOUT_MILLISECONDS = 2 ** 31 - 1;

const timeoutSchema = z.object({ timeout: durationSchema.default(DEFAULT_TIMEOUT) });

/** How long `waitFor` waits, in real milliseconds. ControlError when the timeout is no duration. */
export function timeoutMilliseconds(timeout: string | undefined): number {
  return Math.min(parseDuration(parsed(timeoutSchema, { timeout }).timeout), LONGEST_TIMEOUT_MILLISECONDS);
}

const INSTANCE_ID = /^i-[0-9a-f]+$/;

interface Surroundings {
  readonly log: RequestLog;
  readonly realTime: RealTime;
  /** Of a name. ControlError when no instance has it. */
  instanceIdOf(name: string): string;
}

export function requestControls({ log, realTime, instanceIdOf }: Surroundings): RequestControls {
  const meant = <Query extends RequestConditions>(query: Query): Query => {
    // An id may be that of an instance which another configuration had: the log still knows it.
    if (query.instance === undefined || INSTANCE_ID.test(query.instance)) return query;
    return { ...query, instance: instanceIdOf(query.instance) };
  };
  const expected = (expectation: Expectation): Expectation => {
    const { query, inOrder, ...rest } = parsed(expectationSchema, expectation);
    return { ...rest, ...(query && { query: meant(query) }), ...(inOrder && { inOrder: inOrder.map(meant) }) };
  };
  return {
    requests: async (query = {}) => log.list(meant(parsed(requestQuery, query))),
    followRequests: (query = {}, signal) => followRequests(log, meant(parsed(querySchema, query)), signal),
    expect: async (expectation) => {
      const verdict = judge(log, expected(expectation));
      if (!verdict.passed) throw new ExpectationError(verdict);
      return verdict;
    },
    waitFor: async (expectation, { timeout, signal } = {}) => {
      const waiting = { realTime, timeoutMilliseconds: timeoutMilliseconds(timeout), signal };
      return waitUntil(log, expected(expectation), waiting);
    },
  };
}
