// How are the verbs reached from another process? Over the control API, one request a verb.

import { RefusedLines, requestJson, requestJsonLines } from "../network/json-client.ts";
import { ControlError, type Controls } from "./controls.ts";
import { ExpectationError, type Verdict } from "./expectation.ts";
import { timeoutMilliseconds } from "./request-controls.ts";

export interface ControlAddress {
  /** `http://host:port` */
  readonly url: string;
  /** Printed at the start of a Mayfly that listens beyond loopback. */
  readonly token?: string;
}

/** What an answer may take beyond the time that it is to wait. */
const ANSWER_MILLISECONDS = 30_000;

/** The verbs of the Mayfly at that address. NetworkError where nothing answers, ControlError where it refuses. */
export function connect({ url, token }: ControlAddress): Controls {
  const refused = (status: number, body: unknown, asked: string) => {
    const { error } = (body ?? {}) as { error?: string };
    const stranger = `${url} answers ${asked} with status ${status}, as no control API of Mayfly does`;
    return new ControlError(status, error ?? stranger);
  };
  async function ask<Answer>(method: string, path: string, body?: unknown, patience = {}): Promise<Answer> {
    const asked = { method, path, token, ...(body === undefined ? {} : { body }), ...patience };
    const answer = await requestJson(url, asked);
    if (answer.status >= 400) throw refused(answer.status, answer.body, `${method} ${path}`);
    return answer.body as Answer;
  }
  async function* lines<Line>(path: string, signal?: AbortSignal): AsyncGenerator<Line> {
    try {
      yield* requestJsonLines(url, { path, token, signal }) as AsyncGenerator<Line>;
    } catch (problem) {
      throw problem instanceof RefusedLines ? refused(problem.status, problem.body, `GET ${path}`) : problem;
    }
  }
  async function passed(judged: Promise<Verdict>): Promise<Verdict> {
    const verdict = await judged;
    if (!verdict.passed) throw new ExpectationError(verdict);
    return verdict;
  }
  return {
    state: () => ask("GET", "/state"),
    clock: {
      read: () => ask("GET", "/clock"),
      set: (change) => ask("PATCH", "/clock", change),
      advance: (duration) => ask("POST", "/clock/advance", { duration }),
      jump: (duration) => ask("POST", "/clock/jump", { duration }),
    },
    faults: {
      raise: (fault) => ask("POST", "/faults", fault),
      list: () => ask("GET", "/faults"),
      clear: (id) => ask("DELETE", id === undefined ? "/faults" : `/faults/${encodeURIComponent(id)}`),
    },
    rotate: (instance) => ask("POST", "/rotate", { instance }),
    act: (action, request) => ask("POST", `/instances/${action}`, request ?? {}),
    counters: (instance) => ask("GET", `/counters${queryString({ instance })}`),
    requests: (query = {}) => ask("GET", `/requests${queryString(query)}`),
    followRequests: (query = {}, signal) => lines(`/requests/stream${queryString(query)}`, signal),
    expect: (expectation) => passed(ask("POST", "/requests/expect", expectation)),
    waitFor: async (expectation, { timeout, signal } = {}) => {
      const patience = { timeoutMilliseconds: timeoutMilliseconds(timeout) + ANSWER_MILLISECONDS, signal };
      return passed(ask("POST", "/requests/wait", { ...expectation, timeout }, patience));
    },
    announcements: () => ask("GET", "/announcements"),
    explain: (query = {}) => ask("POST", "/explain", query),
    environment: (query = {}) => ask("GET", `/environment${queryString(query)}`),
    certificates: () => ask("GET", "/certificates"),
    export: () => ask("GET", "/configuration"),
    signIn: (request) => ask("POST", "/sign-in", request),
    mfaCode: (device) => ask("GET", `/mfa-code${queryString({ device })}`),
    openDoors: (query = {}) => ask("POST", "/doors", query),
    reset: () => ask("POST", "/reset", {}),
    configure: (configuration) => ask("PUT", "/configuration", configuration),
    patchConfiguration: (patch) => ask("PATCH", "/configuration", patch),
  };
}

/** Whether every listener of the Mayfly there answers. NetworkError where nothing does. */
export async function isReady(url: string): Promise<boolean> {
  return (await requestJson(url, { path: "/ready" })).status === 200;
}

function queryString(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const texts = given.map(([name, value]): [string, string] => [name, String(value)]);
  return texts.length === 0 ? "" : `?${new URLSearchParams(texts)}`;
}
