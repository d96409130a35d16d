// What was asked, and what was answered? The last requests at all faces, in a bounded ring.

import { type ExchangeFacts, type HttpReply, type HttpRequest, header } from "../network/message.ts";

export const FACES = ["imds", "aws", "ecs", "eks"] as const;
export type Face = (typeof FACES)[number];

/** One exchange. No secret and no session token is ever in it. */
export interface RequestEntry extends ExchangeFacts {
  /** Counts from 1 over all requests, dropped ones included. */
  readonly sequence: number;
  /** The simulated instant, in ISO 8601. */
  readonly at: string;
  readonly face: Face;
  readonly method: string;
  readonly target: string;
  /** 0 where an injected fault left no answer. */
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

/**
 * What is kept of an exchange; `list` dresses it. On the path of every request records are written over and texts are kept once:
 * what a ring holds of each request anew, the garbage collector must first carry around.
 */
interface Kept {
  face: Face;
  at: number;
  method: string;
  target: string;
  status: number;
  sourceAddress: string;
  userAgent: string | undefined;
  facts: Facts;
}
type Facts = { -readonly [Name in keyof Required<ExchangeFacts>]: ExchangeFacts[Name] };

// A presigned URL carries what opens a bucket, under names that may be escaped.
const SECRET_PARAMETERS = /^(x-amz-security-token|x-amz-signature|signature)$/i;
const withoutSecrets = (target: string) =>
  target.includes("?")
    ? target.replace(/([?&])([^=&#]*)=[^&#]*/g, (whole, mark, name) =>
        SECRET_PARAMETERS.test(unescaped(name)) ? `${mark}${name}=REDACTED` : whole,
      )
    : target;
const unescaped = (name: string) =>
  name.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

export class RequestLog {
  readonly #size: number;
  #ring: Kept[] = [];
  #total = 0;
  readonly #texts = new Texts();

  /** @param size how many exchanges are kept, at least 1. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`a request log of ${size} entries: give a whole number from 1`);
    this.#size = size;
  }

  add(face: Face, request: HttpRequest, reply: HttpReply): void {
    const place = this.#total++ % this.#size;
    this.#ring[place] ??= blank();
    const kept = this.#ring[place];
    const texts = this.#texts;
    kept.face = face;
    kept.at = request.at;
    kept.method = texts.one(request.method);
    kept.target = texts.one(withoutSecrets(request.target));
    kept.status = reply.status;
    kept.sourceAddress = texts.one(request.remoteAddress);
    kept.userAgent = texts.one(header(request.rawHeaders, "user-agent"));
    copyFacts(reply.facts ?? NO_FACTS, kept.facts, texts);
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

const NO_FACTS: ExchangeFacts = {};

function blank(): Kept {
  const facts: Facts = {
    instanceId: undefined,
    imdsVersion: undefined,
    accessKeyId: undefined,
    action: undefined,
    principal: undefined,
    errorCode: undefined,
    reason: undefined,
    fault: undefined,
  };
  return { face: "imds", at: 0, method: "", target: "", status: 0, sourceAddress: "", userAgent: undefined, facts };
}

function copyFacts(from: ExchangeFacts, to: Facts, texts: Texts): void {
  to.instanceId = texts.one(from.instanceId);
  to.imdsVersion = from.imdsVersion;
  to.accessKeyId = texts.one(from.accessKeyId);
  to.action = texts.one(from.action);
  to.principal = texts.one(from.principal);
  to.errorCode = texts.one(from.errorCode);
  to.reason = texts.one(from.reason);
  to.fault = texts.one(from.fault);
}

const TEXTS = 2_000;

/** One copy of each text that comes again and again; of rare ones it forgets. */
class Texts {
  readonly #known = new Map<string, string>();

  one<Text extends string | undefined>(text: Text): Text {
    if (text === undefined) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known as Text;
    if (this.#known.size === TEXTS) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}

function dressed({ at, userAgent, facts, ...kept }: Kept, sequence: number): RequestEntry {
  return {
    sequence,
    at: new Date(at).toISOString(),
    ...kept,
    ...given({ userAgent, ...facts }),
  };
}

const given = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
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
