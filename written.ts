// What did somebody write, and what is wrong with it? YAML or JSON checked by a schema, with one line for each mistake that says where
// it is and what would be right: for the configuration, scenarios, and faults that come over the control API.

import { readFile } from "node:fs/promises";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { wording } from "./roles/wording.ts";

/** What is wrong with what was written, one line each; `message` is all of them. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** The text of a file. ConfigurationError when it cannot be read. */
export function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([`${file}: cannot be read (${error.code})`]);
  });
}

/** Reads YAML, or JSON, which is YAML. ConfigurationError, whose lines begin with `source:line:column`, when it is wrong. */
export function parseWritten<Schema extends z.ZodType>(schema: Schema, text: string, source: string): z.infer<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const placed = ({ offset, message }: { readonly offset: number; readonly message: string }) => {
    const { line, col } = lines.linePos(offset);
    return `${source}:${line}:${col}: ${message}`;
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
  if (broken.length > 0) throw new ConfigurationError(broken.map(placed));
  const { data, error } = schema.safeParse(plainValue(document, source) ?? {}, { error: wording });
  if (error === undefined) return data;
  const found = [...faultsOf(error.issues)].map(({ where, message }) => ({
    offset: offsetOf(document, where),
    message,
  }));
  throw new ConfigurationError(found.sort((a, b) => a.offset - b.offset).map(placed));
}

/** Checks what came as a value; the lines of its ConfigurationError begin with `what`. */
export function checkWritten<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  // Through JSON, which is what the journal keeps: members without a value are not there.
  const { data, error } = schema.safeParse(JSON.parse(JSON.stringify(value) ?? "null"), { error: wording });
  if (error === undefined) return data;
  throw new ConfigurationError([...faultsOf(error.issues)].map(({ message }) => `${what}: ${message}`));
}

function plainValue(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases of aliases that would grow without end.
    throw new ConfigurationError([`${source}: ${(error as Error).message}`]);
  }
}

type Path = readonly PropertyKey[];

/** Where in the text the value stands that the path leads to: its key, or its place in a list; else as near as there is. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  const step = (next: unknown) => {
    const [start] = (next as { range?: readonly number[] } | undefined)?.range ?? [];
    if (start !== undefined) offset = start;
  };
  for (const name of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      step(pair?.key);
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      step(node);
    }
  }
  return offset;
}

interface Fault {
  /** Where it stands in the text. */
  readonly where: Path;
  /** What it is about, and what is wrong. */
  readonly message: string;
}

function* faultsOf(issues: readonly z.core.$ZodIssue[], base: Path = []): Generator<Fault> {
  for (const issue of issues) {
    const path = [...base, ...issue.path];
    // Of the choices in a union the one is meant whose shape it has.
    const meant = issue.code === "invalid_union" && issue.errors.find((choice) => choice.every(fits));
    if (meant) yield* faultsOf(meant, path);
    else {
      const where = issue.code === "unrecognized_keys" ? [...path, issue.keys[0] ?? ""] : path;
      yield { where, message: pathText(path) + issue.message };
    }
  }
}

/** Whether the value has the shape of the choice: what is wrong is inside it, or is said by a rule of the choice's own. */
const fits = ({ code, path }: z.core.$ZodIssue) => path.length > 0 || code === "unrecognized_keys" || code === "custom";

/** `instances.demo.tags["a b"]: `, nothing for the whole. */
function pathText(path: Path): string {
  const steps = path.map((step) =>
    typeof step === "string" && /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  );
  return path.length === 0 ? "" : `${steps.join("").replace(/^\./, "")}: `;
}
