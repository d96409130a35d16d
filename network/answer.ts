// How does a reply get onto the wire? Whole ones in one go; streamed ones as fast as the client takes them; and the answer to a
// request whose body nobody read, so that the client sees it rather than a reset.

import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from "node:http";
import type { Face } from "./faces.ts";
import { setHopLimit } from "./hop-limit.ts";
import { STATUS_CODES } from "./http.ts";
import { type HttpReply, header } from "./message.ts";
import type { RequestBody } from "./request-body.ts";

/** An exchange from the side of node:http. */
export interface Wire {
  readonly face: Face;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Undefined where the request has none. */
  readonly body: RequestBody | undefined;
  /** Called once, with the reply whose head goes out. */
  readonly onHead: (reply: HttpReply) => void;
  readonly wait: Wait;
}

/** Calls `then` once after so many real milliseconds; returns how to cancel. */
export type Wait = (milliseconds: number, then: () => void) => () => void;

/**
 * Sends the reply; a promise where that takes its time. Throws or rejects when the reply cannot be written: until
 * `response.headersSent` another one can take its place.
 */
export function send(wire: Wire, reply: HttpReply): undefined | Promise<void> {
  const { body } = reply;
  if (!isWhole(body) || isUnread(wire)) return sendInParts(wire, reply);
  writeHead(wire, reply);
  if (typeof body === "string") wire.response.end(body, encodingOf(body));
  else wire.response.end(body);
  return undefined;
}

/** UTF-8 in any case; of ASCII alone node:http writes the same bytes sooner when it is called Latin-1. */
const encodingOf = (text: string) => (Buffer.byteLength(text) === text.length ? "latin1" : "utf8");

const isWhole = (body: HttpReply["body"]) => typeof body === "string" || body instanceof Uint8Array;
const isUnread = ({ body }: Wire) => body !== undefined && !body.isComplete;

export function writeHead(wire: Wire, reply: HttpReply): void {
  const { face, response } = wire;
  response.sendDate = false;
  if (face.keepsAlive) keepOrClose(wire, reply);
  else response.shouldKeepAlive = false;
  if (reply.hopLimit !== undefined && response.socket) setHopLimit(response.socket, reply.hopLimit);
  const statusText = reply.statusText ?? STATUS_CODES[reply.status];
  response.writeHead(reply.status, statusText, reply.rawHeaders as OutgoingHttpHeader[]);
  wire.onHead(reply);
}

// node:http says `Connection: keep-alive` of its own, which AWS does not. It says `close` where it does not keep it.
function keepOrClose(wire: Wire, reply: HttpReply): void {
  const { message, response } = wire;
  if (isUnread(wire) && !isDrainable(wire)) response.shouldKeepAlive = false;
  const isHttp11 = message.httpVersionMajor === 1 && message.httpVersionMinor === 1;
  if (response.shouldKeepAlive && isHttp11 && header(reply.rawHeaders, "connection") === undefined)
    response.removeHeader("connection");
}

// The connection serves the next request only when what is left of this one is known to be little. And a client that still waits
// for `100 Continue` may send its body after the refusal or not, so where the next request begins would be unknown.
function isDrainable({ face, message, body }: Wire): boolean {
  const lengthBytes = Number(message.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  return body?.isAwaited === true && lengthBytes <= face.drainBytes;
}

async function sendInParts(wire: Wire, reply: HttpReply): Promise<void> {
  const { message, response } = wire;
  const { body } = reply;
  if (typeof body === "string" || body instanceof Uint8Array) {
    writeHead(wire, reply);
    response.flushHeaders();
    if (body.length > 0) response.write(body);
  } else if (message.method === "HEAD" || response.destroyed) {
    await body[Symbol.asyncIterator]().return?.();
  } else {
    await stream(wire, reply, body);
  }
  if (!response.headersSent) writeHead(wire, reply);
  await finish(wire);
}

/** By its length the client knows the answer to be complete; the end that waits here only closes or frees the connection. */
export async function finish({ face, response, body }: Wire): Promise<void> {
  if (body?.isAwaited && !body.isComplete) await body.drain(face.drainBytes);
  response.end();
}

// The head waits for the first bytes: where they cannot be read, there is still time for an honest answer.
async function stream(wire: Wire, reply: HttpReply, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { response } = wire;
  for await (const chunk of body) {
    if (response.destroyed) return;
    if (!response.headersSent) writeHead(wire, reply);
    if (!response.write(chunk)) await writable(response);
  }
}

/** Resolves when more can be written, or nobody reads any more. */
export function writable(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    response.off("drain", done).off("close", done);
    resolve();
  };
  if (response.destroyed) resolve();
  else response.on("drain", done).on("close", done);
  return promise;
}
