// What do several kinds of entities have in the configuration? Names, paths, tags, policies, and what makes an entity the one that it was
// in another world.

import { z } from "zod";
import * as limits from "./limits.ts";
import { MalformedPolicy } from "./malformed-policy.ts";
import type { PolicyDocument } from "./model.ts";
import { parsePolicy } from "./policy.ts";
import type { PolicyKind } from "./statement.ts";
import { strictMapping } from "./strict-mapping.ts";

/** Entities by name; IAM's pattern and length for names of that kind. */
export function named<Schema extends z.ZodType>(kind: keyof typeof limits.NAME_LENGTH, schema: Schema) {
  const length = limits.NAME_LENGTH[kind];
  const error = `a name is 1 to ${length} letters, digits and characters of _+=,.@-`;
  const name = z.string().regex(limits.NAME).max(length);
  return z.record(name, schema, { error: ({ code }) => (code === "invalid_key" ? error : undefined) });
}

/** The error of a policy document as one of the configuration, at its place. */
function checkPolicy(document: unknown, kind: PolicyKind, context: z.RefinementCtx) {
  try {
    parsePolicy(document, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    context.addIssue({ code: "custom", path: [...error.path], message: error.detail });
  }
}

const NOT_A_DOCUMENT = "must be a policy document with Version and Statement";

/** A document as a mapping, or as its very text. */
export const document = (kind: PolicyKind) =>
  z.union([z.record(z.string(), z.unknown()), z.string()], NOT_A_DOCUMENT).superRefine((written, context) => {
    if (isVersioned(written)) context.addIssue({ code: "invalid_type", expected: "record", input: written });
    else if (typeof written !== "string") checkPolicy(written, kind, context);
    else checkText(written, kind, context);
  });

function checkText(text: string, kind: PolicyKind, context: z.RefinementCtx) {
  try {
    checkPolicy(JSON.parse(text), kind, context);
  } catch {
    context.addIssue({ code: "custom", path: [], message: NOT_A_DOCUMENT });
  }
}

export type WrittenDocument = PolicyDocument | string;

/** The text that IAM keeps of it. */
export const textOf = (written: WrittenDocument): string =>
  typeof written === "string" ? written : JSON.stringify(written);

export const path = z
  .string()
  .regex(limits.PATH, "must begin and end with a slash, as in /division/")
  .max(limits.PATH_LENGTH)
  .describe("The path in the ARN; / unless given")
  .exactOptional();

export const tags = z
  .record(
    z.string().min(1).max(limits.TAG_KEY_LENGTH),
    z.string("must be a string; put it in quotes").max(limits.TAG_VALUE_LENGTH),
  )
  .refine((written) => Object.keys(written).length <= limits.TAGS, `must not be more than ${limits.TAGS}`)
  .exactOptional();

export const instant = z.iso.datetime({ error: "must be an instant such as 2026-11-24T00:00:00Z" });

/** What `mayfly export` writes, so that an entity stays who it was. */
export const origin = (prefix: string) => ({
  id: z
    .string()
    .regex(new RegExp(`^${prefix}[A-Z2-7]{17}$`), `must be ${prefix} and 17 letters and digits`)
    .describe("Its unique id; derived from its name unless given")
    .exactOptional(),
  createDate: instant.describe("When it was made; the start of the simulation unless given").exactOptional(),
});

export const description = z.string().max(1000).exactOptional();

const versioned = strictMapping({
  ...origin("ANPA"),
  path,
  description,
  tags,
  document: document("identity").describe("What it says now").exactOptional(),
  versions: z
    .record(
      z.string().regex(/^v[1-9]\d*$/, "a version is v1, v2 and so on"),
      strictMapping({ document: document("identity"), createDate: instant.exactOptional() }),
    )
    .describe("Several versions, by their ids, instead of one document")
    .exactOptional(),
  defaultVersion: z.string().describe("Which of the versions holds; the last unless given").exactOptional(),
}).superRefine(({ document: single, versions = {}, defaultVersion }, context) => {
  const names = Object.keys(versions);
  const fault = (at: string[], message: string) => context.addIssue({ code: "custom", path: at, message });
  if ((single === undefined) === (names.length === 0)) fault([], "needs either a document or versions");
  if (names.length > limits.POLICY_VERSIONS) fault(["versions"], `must not be more than ${limits.POLICY_VERSIONS}`);
  if (defaultVersion !== undefined && !names.includes(defaultVersion)) {
    fault(["defaultVersion"], "must be one of the versions");
  }
});

/** A managed policy of the account: its document, or all that IAM keeps of it. */
export const managedPolicy = z.union([document("identity"), versioned]);

export type WrittenManagedPolicy = z.infer<typeof managedPolicy>;
export type WrittenVersions = z.infer<typeof versioned>;

/** Whether it is more than a document: no element of a document has these names. */
export const isVersioned = (written: unknown): written is WrittenVersions =>
  typeof written === "object" && written !== null && ("document" in written || "versions" in written);

/** What the policy says, by its default version. */
export function currentDocument(written: WrittenManagedPolicy): WrittenDocument {
  if (!isVersioned(written)) return written;
  const { document: single, versions = {}, defaultVersion = Object.keys(versions).at(-1) ?? "" } = written;
  return single ?? versions[defaultVersion]?.document ?? {};
}
