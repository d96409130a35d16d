// How does a server made of Go's net/http write its answers? Both agents are: they set some headers, and the rest comes by itself.
// https://github.com/golang/go/blob/master/src/net/http/server.go (chunkWriter.writeHeader)

import type { ExchangeFacts, HttpReply } from "../network/message.ts";

export interface GoReply {
  readonly status: number;
  /** Names and values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly facts?: ExchangeFacts;
}

/** What is longer than its buffer goes out in chunks, because the length is not known yet. */
const BUFFER_BYTES = 2048;

/** The headers that were set in the order of their names, then the server's own. */
export function written({ status, headers, body, facts }: GoReply, at: number): HttpReply {
  const set = Object.entries(headers).sort(([one], [other]) => (one < other ? -1 : 1));
  const bytes = Buffer.byteLength(body);
  const length = bytes > BUFFER_BYTES ? [] : ["Content-Length", String(bytes)];
  const rawHeaders = [...set.flat(), "Date", new Date(at).toUTCString(), ...length];
  return { status, rawHeaders, body, ...(facts && { facts }) };
}

/** `encoding/json`: without spaces, and safe to stand in HTML. */
export function json(status: number, value: unknown, facts?: ExchangeFacts): GoReply {
  const body = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped);
  return { status, headers: { "Content-Type": "application/json" }, body, ...(facts && { facts }) };
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** `http.Error` */
export function plainError(status: number, text: string, facts?: ExchangeFacts): GoReply {
  const headers = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };
  return { status, headers, body: `${text}\n`, ...(facts && { facts }) };
}

/** `http.NotFound` */
export const notFound = () => plainError(404, "404 page not found");

/** The path of a target, its escapes undone, and its query; undefined where the path cannot be decoded, which Go refuses. */
export function readTarget(target: string): { readonly path: string; readonly query: URLSearchParams } | undefined {
  const mark = target.indexOf("?");
  const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
  try {
    return { path: decodeURIComponent(path.replace(/^http:\/\/[^/]*/i, "")), query: new URLSearchParams(query) };
  } catch {
    return undefined;
  }
}

/** Sent before any handler sees the request, without a date. (Go's has no length either, and ends with the connection.) */
export const badRequest: HttpReply = {
  status: 400,
  rawHeaders: ["Content-Type", "text/plain; charset=utf-8", "Connection", "close", "Content-Length", "15"],
  body: "400 Bad Request",
  facts: { reason: "the path cannot be decoded" },
};

/** `time.Time` in JSON: RFC 3339, fractions only where there are any. */
export const goTime = (at: number) => new Date(at).toISOString().replace(/\.?0+Z$/, "Z");
