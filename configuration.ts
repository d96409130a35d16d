// What world does the user want? The rooms' pieces of the configuration joined into one, read from YAML or JSON, with one line
// for each mistake that says where it is and what would be right.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { isBucketName } from "./aws-api/s3/bucket-name.ts";
import { rotationConfiguration } from "./credential-rotator/configuration.ts";
import { delays, instanceShape, unknownCallerSchema } from "./instances/configuration.ts";
import { instancesFaults, unknownCallerFault } from "./instances/consistency.ts";
import { checkIdentities, identitiesShape, strictMapping } from "./roles/configuration.ts";
import { didYouMean } from "./roles/did-you-mean.ts";
import { DEFAULT_ACCOUNT_ID } from "./roles/identities.ts";

const DEFAULT_REGION = "us-east-1";

const instance = strictMapping({
  ...instanceShape,
  rotation: rotationConfiguration.describe("Overrides the general rotation").exactOptional(),
});

const schema = strictMapping({
  ...identitiesShape,
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as us-east-1")
    .exactOptional(),
  rotation: rotationConfiguration.exactOptional(),
  delays: delays.exactOptional(),
  strictClock: z
    .boolean("must be true or false")
    .describe("Whether a signature must be in time by the simulated clock alone, and not by the real one either")
    .exactOptional(),
  buckets: z
    .array(
      z
        .string()
        .refine(isBucketName, "must be a bucket name of 3 to 63 lower-case letters, digits, hyphens and dots")
        .describe("The name of a bucket that is there from the start"),
    )
    .exactOptional(),
  instances: z.record(z.string(), instance).describe("Instances by name").exactOptional(),
  unknownCaller: unknownCallerSchema.exactOptional(),
  control: strictMapping({
    hosts: z.array(z.string().min(1)).describe("Further Host names that the control port answers to").exactOptional(),
  }).exactOptional(),
})
  .superRefine(checkIdentities)
  .superRefine(checkTogether);

export type WrittenConfiguration = z.infer<typeof schema>;

/** A configuration that was checked. It is what was written, and plain JSON; only account and region are always there. */
export type Configuration = WrittenConfiguration & { readonly account: string; readonly region: string };

/** What is wrong with a configuration, one line each; `message` is all of them. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** The commented configuration that `mayfly init` writes. It describes the demo world. */
export const initialConfiguration = readFileSync(
  join(dirname(findPackageJSON(import.meta.url) as string), "data", "mayfly.yaml"),
  "utf8",
);

/** The world without a configuration: one instance `demo` whose role mybucket-access opens the bucket mybucket. */
export const demoConfiguration = (): Configuration => parseConfiguration(initialConfiguration, "mayfly.yaml");

/** Reads a file. ConfigurationError when it cannot be read or is wrong. */
export async function readConfiguration(file: string): Promise<Configuration> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([`${file}: cannot be read (${error.code})`]);
  });
  return parseConfiguration(text, file);
}

/** Reads YAML, or JSON, which is YAML. ConfigurationError, whose lines begin with `source:line:column`, when it is wrong. */
export function parseConfiguration(text: string, source: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const placed = ({ offset, message }: { readonly offset: number; readonly message: string }) => {
    const { line, col } = lines.linePos(offset);
    return `${source}:${line}:${col}: ${message}`;
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
  if (broken.length > 0) throw new ConfigurationError(broken.map(placed));
  const { configuration, faults } = check(plainValue(document, source) ?? {});
  if (configuration) return configuration;
  const found = faults.map(({ where, message }) => ({ offset: offsetOf(document, where), message }));
  throw new ConfigurationError(found.sort((a, b) => a.offset - b.offset).map(placed));
}

/** Checks a configuration that came as a value; the lines of its ConfigurationError begin with `configuration`. */
export function checkConfiguration(value: unknown): Configuration {
  // Through JSON, which is what the journal keeps: members without a value are not there.
  const { configuration, faults } = check(JSON.parse(JSON.stringify(value) ?? "null"));
  if (configuration) return configuration;
  throw new ConfigurationError(faults.map(({ message }) => `configuration: ${message}`));
}

/** The JSON Schema of the configuration, draft 7, which editors know best. */
export function configurationSchema(): object {
  return { title: "Mayfly", ...z.toJSONSchema(schema, { target: "draft-7", io: "input" }) };
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

function check(value: unknown): { readonly configuration?: Configuration; readonly faults: readonly Fault[] } {
  const { data, error } = schema.safeParse(value, { error: wording });
  if (!data) return { faults: [...faultsOf(error.issues)] };
  const { account = DEFAULT_ACCOUNT_ID, region = DEFAULT_REGION } = data;
  return { configuration: { ...data, account, region }, faults: [] };
}

/** What the rooms cannot see by themselves: names that one room's piece uses of another's. */
function checkTogether(configuration: WrittenConfiguration, context: z.RefinementCtx): void {
  const { region = DEFAULT_REGION, roles = {}, instanceProfiles = {}, instances = {}, buckets = [] } = configuration;
  const { unknownCaller } = configuration;
  const fault = (path: Path, message: string) => context.addIssue({ code: "custom", path: [...path], message });
  const profiles = new Set([...Object.keys(roles), ...Object.keys(instanceProfiles)]);
  for (const [name, { instanceProfile, availabilityZone }] of Object.entries(instances)) {
    if (instanceProfile !== undefined && !profiles.has(instanceProfile)) {
      const message = `there is no instance profile "${instanceProfile}"${didYouMean(instanceProfile, profiles)}`;
      fault(["instances", name, "instanceProfile"], message);
    }
    if (availabilityZone !== undefined && availabilityZone.slice(0, -1) !== region) {
      fault(["instances", name, "availabilityZone"], `must be a zone of the region ${region}`);
    }
  }
  for (const { path, message } of instancesFaults(instances)) fault(["instances", ...path], message);
  const strangerFault = unknownCaller === undefined ? undefined : unknownCallerFault(unknownCaller, instances);
  if (strangerFault !== undefined) fault(["unknownCaller"], strangerFault);
  for (const [index, name] of buckets.entries()) {
    if (buckets.indexOf(name) < index) fault(["buckets", index], `the bucket "${name}" is there twice`);
  }
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
    // Of the choices in a union the one is meant that fits but for something further down.
    const meant = issue.code === "invalid_union" && issue.errors.find((choice) => choice.every(isDeeper));
    if (meant) yield* faultsOf(meant, path);
    else {
      const where = issue.code === "unrecognized_keys" ? [...path, issue.keys[0] ?? ""] : path;
      yield { where, message: pathText(path) + issue.message };
    }
  }
}

const isDeeper = ({ code, path }: z.core.$ZodIssue) => path.length > 0 || code === "unrecognized_keys";

/** `instances.demo.tags["a b"]: `, nothing for the whole. */
function pathText(path: Path): string {
  const steps = path.map((step) =>
    typeof step === "string" && /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  );
  return path.length === 0 ? "" : `${steps.join("").replace(/^\./, "")}: `;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

const SIZES: Readonly<Record<string, string>> = { string: "have a length of at", array: "have a length of at" };

/** The words for what the schemas leave to zod. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${KINDS[issue.expected] ?? issue.expected}${quotesHint(issue.expected, issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.join(" or ")}`;
    case "too_small":
      return `must ${SIZES[issue.origin] ?? "be at"} least ${issue.minimum}`;
    case "too_big":
      return `must ${SIZES[issue.origin] ?? "be at"} most ${issue.maximum}`;
    default:
      return undefined;
  }
}

/** YAML reads 5, true and 2026 as what they look like. */
const quotesHint = (expected: string, input: unknown) =>
  expected === "string" && ["number", "boolean"].includes(typeof input) ? "; put it in quotes" : "";
