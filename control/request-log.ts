// What was asked, and what was answered? The last requests at IMDS and at the AWS endpoints, in a bounded ring.

import { type ExchangeFacts, type HttpReply, type HttpRequest, header } from "../network/message.ts";

export type Face = "imds" | "aws";

/** One exchange. No secret and no session token is ever in it. */
export interface RequestEntry extends ExchangeFacts {
  /** Counts from 1 over all requests, dropped ones included. */
  readonly sequence: number;
  /** The simulated instant, in ISO 8601. */
  readonly at: string;
  readonly face: Face;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly sourceAddress: string;
  readonly userAgent?: string;
}

/** All given conditions must hold; `path` is the beginning of the target, `userAgent` a part of it. */
export interface RequestQuery {
  readonly face?: Face | undefined;
  readonly instance?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  readonly accessKeyId?: string | undefined;
  readonly action?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Only entries after this sequence number. */
  readonly after?: number | undefined;
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
}

export interface RequestReport {
  /** Oldest first. */
  readonly requests: readonly RequestEntry[];
  /** How many requests there were since the start or the last reset. */
  readonly total: number;
  /** How many of them the ring no longer holds. */
  readonly dropped: number;
}

// What is kept of an exchange: flat and small, made on the path of every request; `list` dresses it.
interface Kept {
  readonly face: Face;
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly sourceAddress: string;
  readonly userAgent: string | undefined;
  readonly facts: ExchangeFacts | undefined;
}

// A presigned URL carries what opens a bucket.
const SECRET_PARAMETERS = /([?&](?:x-amz-security-token|x-amz-signature|signature)=)[^&#]*/gi;
const withoutSecrets = (target: string) =>
  target.includes("?") ? target.replace(SECRET_PARAMETERS, "$1REDACTED") : target;

export class RequestLog {
  readonly #size: number;
  #ring: Kept[] = [];
  #total = 0;

  /** @param size how many exchanges are kept, at least 1. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`a request log of ${size} entries: give a whole number from 1`);
    this.#size = size;
  }

  add(face: Face, request: HttpRequest, reply: HttpReply): void {
    this.#ring[this.#total % this.#size] = {
      face,
      at: request.at,
      method: request.method,
      target: withoutSecrets(request.target),
      status: reply.status,
      sourceAddress: request.remoteAddress,
      userAgent: header(request.rawHeaders, "user-agent"),
      facts: reply.facts,
    };
    this.#total++;
  }

  clear(): void {
    this.#ring = [];
    this.#total = 0;
  }

  list(query: RequestQuery = {}): RequestReport {
    const dropped = Math.max(0, this.#total - this.#size);
    const found: RequestEntry[] = [];
    for (let index = Math.max(dropped, query.after ?? 0); index < this.#total; index++) {
      const entry = dressed(this.#ring[index % this.#size] as Kept, index + 1);
      if (matches(entry, query)) found.push(entry);
    }
    const requests = query.limit === undefined ? found : found.slice(Math.max(0, found.length - query.limit));
    return { requests, total: this.#total, dropped };
  }
}

function dressed({ at, userAgent, facts, ...kept }: Kept, sequence: number): RequestEntry {
  return {
    sequence,
    at: new Date(at).toISOString(),
    ...kept,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...facts,
  };
}

const equal = (wanted: unknown, found: unknown) => wanted === undefined || wanted === found;

function matches(entry: RequestEntry, query: RequestQuery): boolean {
  return (
    equal(query.face, entry.face) &&
    equal(query.instance, entry.instanceId) &&
    equal(query.method, entry.method) &&
    equal(query.status, entry.status) &&
    equal(query.accessKeyId, entry.accessKeyId) &&
    equal(query.action, entry.action) &&
    entry.target.startsWith(query.path ?? "") &&
    (entry.userAgent ?? "").includes(query.userAgent ?? "")
  );
}
