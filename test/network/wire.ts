// A door to knock at and a bare socket to do it with: what is sent and what comes back, to the byte.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { machineTime } from "../../clock/real-time.ts";
import { imdsFace } from "../../network/faces.ts";
import { type ListenOptions, listen } from "../../network/listener.ts";
import type { HttpReply, HttpRequest } from "../../network/message.ts";
import type { Listener } from "../../network/server.ts";

/** 24 November 2026, 12:00 UTC. */
export const AT = Date.UTC(2026, 10, 24, 12);
export const DATE = "Tue, 24 Nov 2026 12:00:00 GMT";

export interface Door extends Listener {
  readonly exchanges: [HttpRequest, HttpReply][];
  readonly failures: unknown[];
}

/** Listens on a free port of 127.0.0.1 until the test ends. */
export async function openDoor(options: Partial<ListenOptions> & Pick<ListenOptions, "handle">): Promise<Door> {
  const exchanges: [HttpRequest, HttpReply][] = [];
  const failures: unknown[] = [];
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    face: imdsFace,
    stamp: () => ({ at: AT, realAt: 1 }),
    wait: machineTime.wait,
    onExchange: (request, reply) => exchanges.push([request, reply]),
    onFailure: (error) => failures.push(error),
    ...options,
  });
  onTestFinished(() => listener.close());
  return { ...listener, exchanges, failures };
}

export const ok = (body: HttpReply["body"], more: readonly string[] = []): HttpReply => ({
  status: 200,
  rawHeaders: [...more, ...(typeof body === "string" ? ["Content-Length", String(Buffer.byteLength(body))] : [])],
  body,
});

export const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join("");

export interface Connection {
  readonly socket: Socket;
  /** What has come so far. */
  received(): string;
  /** Resolves with all that has come as soon as it holds the text; rejects when the connection ends before. */
  until(text: string): Promise<string>;
  /** Resolves with all that came, when the connection is closed, in whatever way. */
  readonly closed: Promise<string>;
}

export async function dial(port: number, host = "127.0.0.1"): Promise<Connection> {
  const socket = connect(port, host);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  let text = "";
  socket.setEncoding("latin1").on("data", (piece: string) => {
    text += piece;
  });
  socket.on("error", () => {});
  const closed = new Promise<string>((resolve) => {
    socket.on("close", () => resolve(text));
  });
  return {
    socket,
    received: () => text,
    closed,
    until: async (wanted) => {
      while (!text.includes(wanted)) {
        await Promise.race([once(socket, "data"), closed]);
        if (socket.closed && !text.includes(wanted)) throw new Error(`closed after ${JSON.stringify(text)}`);
      }
      return text;
    },
  };
}

/** Sends the bytes and gives all that came back until the server closed. */
export async function knock(port: number, bytes: string | Uint8Array): Promise<string> {
  const { socket, closed } = await dial(port);
  socket.write(bytes);
  return closed;
}

/** A body of so many bytes, made only as it is asked for. `made` tells how many were. */
export function madeOnDemand(lengthBytes: number): AsyncIterable<Uint8Array> & { made: number; ended: boolean } {
  const piece = Buffer.alloc(64 * 1024, "m");
  const body = {
    made: 0,
    ended: false,
    async *[Symbol.asyncIterator]() {
      try {
        while (body.made < lengthBytes) {
          const chunk = piece.subarray(0, lengthBytes - body.made);
          body.made += chunk.length;
          yield chunk;
        }
      } finally {
        body.ended = true;
      }
    },
  };
  return body;
}

export async function lengthOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}
