// How does a command reach a running Mayfly? One JSON request, one JSON answer, and a plain sentence when there is none.

import { type IncomingMessage, request as startRequest } from "node:http";
import { describe, NetworkError } from "./failure.ts";

export interface JsonRequest {
  /** GET unless given. */
  readonly method?: string;
  /** Begins with a slash; a query is part of it. */
  readonly path: string;
  /** Sent as JSON when given. */
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** For a connection on which nothing moves; 30 s unless given. */
  readonly timeoutMilliseconds?: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the answer has no body. */
  readonly body: unknown;
}

/**
 * Asks the server at `url` (`http://host:port`). NetworkError when nothing listens there (ECONNREFUSED), when it does not answer
 * in time (ETIMEDOUT), and when the answer is no JSON (EPROTO); a status of 400 and up is the caller's to judge.
 */
export async function requestJson(
  url: string,
  { timeoutMilliseconds = 30_000, ...asked }: JsonRequest,
): Promise<JsonAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const json = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    accept: "application/json",
    ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
    ...(json !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(json) }),
  };
  const { method = "GET" } = asked;
  const options = { method, headers, agent: false, timeout: timeoutMilliseconds };
  try {
    const sent = startRequest(new URL(asked.path, url), options, resolve);
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    sent.end(json);
    const answer = await promise;
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode ?? 0, body: parse(text, url) };
  } catch (cause) {
    throw cause instanceof NetworkError ? cause : unreachable(url, cause);
  }
}

function parse(text: string, url: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new NetworkError("EPROTO", `what listens at ${url} does not answer in JSON, so it is no Mayfly`, { cause });
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; is Mayfly running?",
  ETIMEDOUT: "it took too long to answer",
  ENOTFOUND: "there is no such host",
  ERR_INVALID_URL: "this is no URL, such as http://127.0.0.1:1339",
  ERR_INVALID_PROTOCOL: "only http:// is served",
};

function unreachable(url: string, cause: unknown): NetworkError {
  const { code, message } = describe(cause);
  return new NetworkError(code, `cannot reach ${url}: ${SENTENCES[code] ?? message}`, { cause });
}
