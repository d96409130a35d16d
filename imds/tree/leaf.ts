// What is a leaf of the metadata tree? A path, the version that introduced it, and the value it has for one look at it.

import type { CredentialRotator } from "../../credential-rotator/rotator.ts";
import type { Instance } from "../../instances/instance.ts";
import type { ExchangeFacts } from "../../network/message.ts";
import type { Identities } from "../../roles/model.ts";
import type { RoleDelivery } from "../../signing/session.ts";
import type { SignIdentity } from "../../signing/sign-identity.ts";
import type { Content } from "../reply.ts";
import type { Version } from "./versions.ts";

/** One look at the tree: by which instance, when and how. */
export interface Look {
  readonly instance: Instance;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly delivery: RoleDelivery;
  readonly identities: Identities;
  readonly rotator: CredentialRotator;
  readonly signIdentity: SignIdentity;
}

/** A value that is more than a text: of another type or date than most, or with something for the request log. */
export interface Document extends Partial<Content> {
  readonly body: string | Uint8Array;
  readonly facts?: ExchangeFacts;
}

/** One a line, as EC2 writes lists; undefined for none: such a leaf is not there. */
export const lines = (values: readonly string[]) => (values.length === 0 ? undefined : values.join("\n"));

/** Undefined: this instance has no such leaf. Null: it is not found either, but listed. */
export type Value = string | Document | null | undefined;

/** The value of a leaf for one look; `name` is what the path has in place of the last `{placeholder}`. */
export type ValueOf = (look: Look, name: string) => Value | Promise<Value> | MadeOnReading;

/** A value that is there, and costs something: a listing that only names it shall not pay for it. */
export type MadeOnReading = () => Value | Promise<Value>;

/**
 * Path below the version (`meta-data/ami-id`) → the version that introduced it, its value. A segment in braces stands for the
 * names that tree/names.ts gives it. Versions are those of
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html, or earlier ones where a capture of
 * radkawar/stackd has the leaf earlier.
 */
export type Leaves = Readonly<Record<string, readonly [since: Version, value: ValueOf]>>;
