// What an operation of the AWS endpoints is given, and what it answers. The steps before have recognised, read, authenticated
// and authorised the request; the step after renders the answer in the service's wire protocol.

import type { BlobStore } from "../journal/journal.ts";
import type { HttpRequest } from "../network/message.ts";
import type { Principal, ResourcePolicy } from "../roles/model.ts";
import type { Session } from "../signing/session.ts";

/**
 * Members as the service model names them: `{Bucket: "mybucket", Key: "a/b", MaxKeys: 10}`. Both ways a timestamp is epoch
 * milliseconds, a blob a Uint8Array, a list an array, a map an object; a streaming body is an AsyncIterable, and absent members
 * are absent, never null.
 */
export type Members = Readonly<Record<string, unknown>>;

/** One action on one resource that the caller must be allowed. */
export interface Permission {
  /** `s3:GetObject` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** How a denial names the resource, where it does not by its ARN: `role mybucket-access`. */
  readonly shown?: string;
  /** Condition keys of this action, beside those that every request has: `{"s3:prefix": ["a/"]}`. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** The policy of the resource itself: a bucket's, or whom a role trusts. */
  readonly resourcePolicy?: ResourcePolicy;
  /** `trust` for that of a role, which must allow by itself (see `authorize`). */
  readonly resourcePolicyKind?: "trust";
  /** Of a web identity: who vouches for it. */
  readonly federatedProvider?: string;
}

export interface Call {
  /** `PutObject` */
  readonly operation: string;
  readonly input: Members;
  /** The bytes of a body that does not stream, as they came: a checksum is over these. Empty where the body streams. */
  readonly payload: Uint8Array;
  /** The trailing headers of a body that streams, names in lower case; they are there once it has been read to its end. */
  readonly trailers: ReadonlyMap<string, string>;
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  readonly principal: Principal;
  /** Where temporary credentials signed. */
  readonly session: Session | undefined;
  /** Would the caller be allowed this too? */
  may(permission: Permission): boolean;
  /** Throws AwsError, AccessDenied with the reason, for what the caller may not: S3 answers 403 instead of 404 by it. */
  demand(permission: Permission): void;
}

/** The members of an input, as the model of the operation types them. */
export const inputOf = <Input extends object>({ input }: Pick<Call, "input">): Input => input as Input;

export interface Answer {
  /** Rendered by the output shape of the model; a streaming body is a Uint8Array or an AsyncIterable of them. */
  readonly output?: Members;
  /** Where it is not the model's own. */
  readonly status?: number;
}

/** What operations work with: the state they read, and the way to change it. */
export interface Parts<State, Event> {
  state(): State;
  /** Decides on the state as it is, appends the events, and gives `result` once they are safe; decides again when another came first. */
  commit<Result>(
    decide: (state: State) => { readonly events: readonly Event[]; readonly result: Result },
  ): Promise<Result>;
  readonly blobs: BlobStore;
}

export interface Operation<State, Event> {
  /** What the caller must be allowed, all of it; empty for what nobody is denied. */
  permissions(call: Call, state: State): readonly Permission[];
  act(call: Call, parts: Parts<State, Event>): Answer | Promise<Answer>;
}

/** A refusal in AWS's own words; the renderer of the wire protocol writes it. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;
  /** Elements that S3 adds to an error, in order: `{BucketName: "mybucket"}`. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
