// How does an answer come too late, too slowly, in part, or never? Waits are in real time, because sockets live in it.

import type { ServerResponse } from "node:http";
import { finish, send, type Wire, writable, writeHead } from "./answer.ts";
import type { HttpReply, Treatment } from "./message.ts";

/** How often a slow body goes on. */
const BEAT_MILLISECONDS = 100;

/** As `send`, with what is to happen to the answer on its way. */
export function sendAsTreated(wire: Wire, reply: HttpReply): undefined | Promise<void> {
  return reply.treatment === undefined ? send(wire, reply) : sendTreated(wire, reply, reply.treatment);
}

/** Resolves when nothing more is to be done, at once where the client went away. */
async function sendTreated(wire: Wire, reply: HttpReply, treatment: Treatment): Promise<void> {
  const { delayMilliseconds = 0, brokenOff } = treatment;
  // It is meant to be slow: no limit for idle connections may come before.
  wire.message.socket.setTimeout(0);
  await hold(wire, delayMilliseconds);
  if (wire.response.destroyed) return discard(reply.body);
  if (brokenOff !== undefined && brokenOff.afterBodyBytes === undefined) {
    wire.onHead(reply);
    await discard(reply.body);
    return breakOff(wire, brokenOff.by);
  }
  writeHead(wire, reply);
  wire.response.flushHeaders();
  if (!(await sendBody(wire, reply, treatment))) return breakOff(wire, brokenOff?.by ?? "closing");
  await finish(wire);
}

/** Resolves after so long, or when the connection has closed. */
function hold({ response, wait }: Wire, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (milliseconds === 0 || response.destroyed) return Promise.resolve();
  const cancel = wait(milliseconds, () => {
    response.off("close", gone);
    resolve();
  });
  const gone = () => {
    cancel();
    resolve();
  };
  response.on("close", gone);
  return promise;
}

/** False where it was broken off before its end. */
async function sendBody(wire: Wire, reply: HttpReply, { bytesPerSecond, brokenOff }: Treatment): Promise<boolean> {
  const { response } = wire;
  if (wire.message.method === "HEAD") return discard(reply.body).then(() => brokenOff === undefined);
  const limit = brokenOff?.afterBodyBytes ?? Number.POSITIVE_INFINITY;
  const sliceBytes = Math.max(1, Math.ceil(((bytesPerSecond ?? Number.POSITIVE_INFINITY) * BEAT_MILLISECONDS) / 1000));
  let sent = 0;
  for await (const piece of piecesOf(reply.body, sliceBytes)) {
    if (bytesPerSecond !== undefined) await hold(wire, Math.ceil((piece.length * 1000) / bytesPerSecond));
    if (response.destroyed) return true;
    const left = limit - sent;
    if (left < piece.length || left === 0) {
      if (left > 0) response.write(piece.subarray(0, left));
      return false;
    }
    if (!response.write(piece)) await writable(response);
    sent += piece.length;
  }
  return brokenOff === undefined;
}

async function* piecesOf(body: HttpReply["body"], sliceBytes: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of typeof body === "string" ? [Buffer.from(body)] : wholeOrStream(body)) {
    for (let from = 0; from < chunk.length; from += sliceBytes) yield chunk.subarray(from, from + sliceBytes);
  }
}

const wholeOrStream = (body: Uint8Array | AsyncIterable<Uint8Array>) => (body instanceof Uint8Array ? [body] : body);

async function discard(body: HttpReply["body"]): Promise<void> {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.();
}

const leftInSilence = new WeakSet<ServerResponse>();

/** Will it never be complete, because a fault has broken it off in silence? */
export const isLeftInSilence = (response: ServerResponse): boolean => leftInSilence.has(response);

const BREAKS: Readonly<Record<NonNullable<Treatment["brokenOff"]>["by"], (response: ServerResponse) => void>> = {
  closing: ({ socket }) => socket?.destroySoon(),
  resetting: ({ socket }) => socket?.resetAndDestroy(),
  // We keep our half open for clients that close theirs and wait; who waits for nothing any more is to leave no socket behind.
  silence: (response) => {
    const { socket, req } = response;
    leftInSilence.add(response);
    req.resume();
    if (socket?.readableEnded) socket.destroy();
    else socket?.once("end", () => socket.destroy());
  },
};

function breakOff({ response }: Wire, by: keyof typeof BREAKS): void {
  BREAKS[by](response);
}
