// A world of S3 alone for its tests: journal and blobs in memory, no wire, calls as plain objects. Time stands where a test puts it.

import { type Answer, AwsError, type Call, type Members, type Permission } from "../../../aws-api/call.ts";
import { BlobKeeper } from "../../../aws-api/s3/blob-keeper.ts";
import { fold, type S3Event } from "../../../aws-api/s3/events.ts";
import type { S3Parts } from "../../../aws-api/s3/operation.ts";
import { s3Operations } from "../../../aws-api/s3/operations.ts";
import { emptyS3, isNamed, type S3State } from "../../../aws-api/s3/state.ts";
import { createHasher } from "../../../entropy/hash.ts";
import { commit } from "../../../journal/commit.ts";
import type { BlobStore } from "../../../journal/journal.ts";
import { type MemoryLimits, memoryBlobs } from "../../../journal/memory-blobs.ts";
import { memoryJournal } from "../../../journal/memory-journal.ts";
import type { Principal } from "../../../roles/model.ts";

export const AT = Date.parse("2026-11-24T12:00:00Z");
export const ACCOUNT = "123456789012";

export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly payload?: Uint8Array;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly at?: number;
  readonly region?: string;
  readonly principal?: Principal;
  readonly may?: (permission: Permission) => boolean;
}

/** What an operation answered, in the members of its output, or how it refused. */
export type Outcome = { readonly status?: number } & Readonly<Record<string, unknown>>;

export class S3World {
  readonly state: S3State = emptyS3();
  readonly events: S3Event[] = [];
  readonly parts: S3Parts;
  readonly keeper: BlobKeeper;
  /** Blobs that were written and not removed. */
  readonly blobs = new Set<string>();
  readonly #store: BlobStore;
  readonly #append: (events: readonly S3Event[]) => Promise<unknown>;
  readonly #ready: Promise<unknown>;
  #requests = 0;

  /** Blobs of a few mebibytes stay in memory unless another store is given. */
  constructor(buckets: readonly string[] = ["mybucket"], store = blobsInMemory({ blobBytes: 16 * 1024 ** 2 })) {
    this.#store = store;
    const journal = memoryJournal<S3Event>();
    const { state } = this;
    this.keeper = new BlobKeeper(watched(store, this.blobs), (hash) => isNamed(state, hash));
    journal.follow(0, ({ event }) => {
      this.events.push(event);
      this.keeper.letGo(fold(state, event));
    });
    this.#append = (events) => journal.append(journal.position, events);
    this.parts = {
      state: () => state,
      commit: (decide) => commit(journal, () => decide(state)),
      blobs: this.keeper,
    };
    this.#ready = this.append({ type: "configuration.loaded", at: AT, configuration: { buckets } });
  }

  append(...events: S3Event[]): Promise<unknown> {
    return this.#append(events);
  }

  /** Runs an operation on `mybucket` unless the input says otherwise; rejects as it refuses. */
  async act(operation: string, input: Members = {}, options: CallOptions = {}): Promise<Answer> {
    await this.#ready;
    const found = s3Operations[operation];
    if (!found) throw new TypeError(`no operation ${operation}`);
    const place = operation === "ListBuckets" ? {} : { Bucket: "mybucket" };
    const call = this.call(operation, { ...place, ...input }, options);
    for (const permission of found.permissions(call, this.state)) call.demand(permission);
    return found.act(call, this.parts);
  }

  /** The output with its status, or the refusal's code, status, message and fields; a body is read and comes as text. */
  async run(operation: string, input: Members = {}, options: CallOptions = {}): Promise<Outcome> {
    try {
      const { status, output = {} } = await this.act(operation, input, options);
      const { Body: body, ...members } = output;
      const text = body === undefined ? {} : { Body: (await bytesOf(body as Body)).toString() };
      return { ...(status !== undefined && { status }), ...members, ...text };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, status, message, fields } = error;
      return { code, status, message, ...fields };
    }
  }

  call(operation: string, input: Members, options: CallOptions = {}): Call {
    const { headers = {}, body, trailers = {}, at = AT, region = "us-east-1", may = () => true } = options;
    this.#requests++;
    return {
      operation,
      input: body === undefined ? input : { ...input, Body: pieces(body) },
      payload: options.payload ?? new Uint8Array(0),
      trailers: new Map(Object.entries(trailers)),
      request: {
        method: "GET",
        target: "/",
        rawHeaders: Object.entries(headers).flat(),
        body: pieces(""),
        at,
        realAt: at,
        remoteAddress: "127.0.0.1",
        remotePort: 50000,
        localAddress: "127.0.0.1",
        localPort: 4566,
      },
      requestId: `REQUEST${this.#requests}`,
      accountId: ACCOUNT,
      partition: "aws",
      region,
      principal: options.principal ?? ALICE,
      session: undefined,
      may,
      demand(permission) {
        if (!may(permission)) throw new AwsError("AccessDenied", 403, `may not ${permission.action}`);
      },
    };
  }

  async close(): Promise<void> {
    await this.keeper.settled();
    await this.#store.close();
  }

  /** The hashes that the state names, after all removals. */
  async named(): Promise<Set<string>> {
    await this.keeper.settled();
    return new Set(this.state.blobNames.keys());
  }
}

export const blobsInMemory = (limits?: MemoryLimits): BlobStore => memoryBlobs(() => createHasher("sha256"), limits);

export const ALICE: Principal = {
  kind: "user",
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  userId: "AIDAALICE",
  userName: "alice",
};

async function* pieces(body: Body): AsyncGenerator<Uint8Array> {
  if (typeof body === "string") yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

export async function bytesOf(body: Body): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces(body)) all.push(piece);
  return Buffer.concat(all);
}

/** Notes which blobs are there. */
function watched(store: BlobStore, blobs: Set<string>): BlobStore {
  return {
    async write(bytes) {
      const written = await store.write(bytes);
      blobs.add(written.hash);
      return written;
    },
    read: (hash, start, end) => store.read(hash, start, end),
    remove(hash) {
      blobs.delete(hash);
      return store.remove(hash);
    },
    sweep: (named) => store.sweep(named),
    close: () => store.close(),
  };
}
