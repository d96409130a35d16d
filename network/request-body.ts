// How does a handler get the bytes of a request? When it asks for them, and not before.

import type { IncomingMessage, ServerResponse } from "node:http";
import { RequestAborted } from "./message.ts";

/** Of a request that has none: nothing of the connection is held by it. */
export const noBody: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};

/** RFC 9112, section 6: a request has a body when one of these two headers says so. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return (length !== undefined && length !== "0") || headers["transfer-encoding"] !== undefined;
}

export class RequestBody implements AsyncIterable<Uint8Array> {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #isAwaited: boolean;

  /** @param awaitsContinue the client sends the body after `100 Continue` only. */
  constructor(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) {
    this.#message = message;
    this.#response = response;
    this.#isAwaited = !awaitsContinue;
  }

  /** The client is sending, or was told to. */
  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  /** All of it has come, read or not. */
  get isComplete(): boolean {
    return this.#message.complete;
  }

  // A reader that stops half-way must not take the connection with it: the answer still has to get out.
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (!this.#isAwaited) this.#response.writeContinue();
    this.#isAwaited = true;
    try {
      yield* this.#message.iterator({ destroyOnReturn: false });
    } catch (cause) {
      throw new RequestAborted("the client went away before its request was complete", { cause });
    }
  }

  /** Takes up to `limitBytes` off the wire; resolves when the body is through, or that much is, or the client has gone. */
  drain(limitBytes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = limitBytes;
    this.#message
      .removeAllListeners("readable")
      .on("data", (chunk: Uint8Array) => {
        left -= chunk.length;
        if (left < 0) resolve();
      })
      .on("end", resolve)
      .on("close", resolve)
      .resume();
    return promise;
  }
}
