// How does a command reach a running Mayfly? One JSON request, one JSON answer, and a plain sentence when there is none.

import type { IncomingMessage } from "node:http";
import { describe, NetworkError } from "./failure.ts";
import { request as startRequest } from "./http.ts";

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
  /** Ends it; it then rejects as where nothing answers. */
  readonly signal?: AbortSignal | undefined;
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
export async function requestJson(url: string, asked: JsonRequest): Promise<JsonAnswer> {
  try {
    const answer = await send(url, asked, "application/json");
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode ?? 0, body: parse(text, url) };
  } catch (cause) {
    throw cause instanceof NetworkError ? cause : unreachable(url, cause);
  }
}

/**
 * Asks for NDJSON and gives the value of each line as it comes, however long that takes, until the server ends it or the signal does.
 * What is refused is given as the answer of `requestJson`, by a RefusedLines.
 */
export async function* requestJsonLines(
  url: string,
  asked: Omit<JsonRequest, "timeoutMilliseconds">,
): AsyncGenerator<unknown> {
  try {
    const answer = await send(url, { ...asked, timeoutMilliseconds: 0 }, "application/x-ndjson");
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw new RefusedLines(status, parse(Buffer.concat(await answer.toArray()).toString(), url));
    let rest = "";
    for await (const chunk of answer.setEncoding("utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield parse(line, url);
    }
  } catch (cause) {
    if (asked.signal?.aborted) return;
    throw cause instanceof NetworkError || cause instanceof RefusedLines ? cause : unreachable(url, cause);
  }
}

/** The server has no lines for us, but an answer that says why. */
export class RefusedLines extends Error implements JsonAnswer {
  override readonly name = "RefusedLines";
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`refused with status ${status}`);
    this.status = status;
    this.body = body;
  }
}

function send(
  url: string,
  { timeoutMilliseconds = 30_000, signal, ...asked }: JsonRequest,
  accept: string,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const json = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    accept,
    ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
    ...(json !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(json) }),
  };
  const { method = "GET" } = asked;
  const options = { method, headers, agent: false, timeout: timeoutMilliseconds, ...(signal && { signal }) };
  const sent = startRequest(new URL(asked.path, url), options, resolve);
  sent.on("error", reject);
  sent.on("timeout", () => sent.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
  sent.end(json);
  return promise;
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
