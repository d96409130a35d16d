// The house rules, held by a test: who may import whom; time, randomness, crypto and sockets only in their rooms; sizes.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const files = tracked.split("\n").filter((file) => file && !file.startsWith("test/vectors/"));
const readable = files.filter((file) => /\.(ts|js|mjs|md|json|ya?ml|html|sh)$|Dockerfile|^\.ci\/|^NOTICE/.test(file));
const sources = files.filter((file) => /\.(ts|js|mjs)$/.test(file));
const product = sources.filter((file) => !/^(test|bench|lab|scripts|examples|docs)\/|\.config\.ts$/.test(file));

/** Which rooms a room may import; a path ending in .ts is that one file. Arrows point upwards only. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  clock: [],
  entropy: [],
  network: [],
  journal: [],
  signing: ["entropy"],
  roles: ["entropy"],
  instances: ["roles", "entropy", "clock/duration.ts"],
  "credential-sources": ["roles"],
  "credential-rotator": ["clock", "entropy", "signing", "roles", "instances", "credential-sources"],
  "sign-in": ["entropy", "signing", "roles", "credential-rotator"],
  imds: [
    "clock",
    "entropy",
    "signing",
    "roles",
    "instances",
    "credential-rotator",
    "network/message.ts",
    "network/host.ts",
  ],
  "container-credentials": [
    "clock",
    "entropy",
    "signing",
    "roles",
    "instances/zone.ts",
    "credential-rotator",
    "network/message.ts",
  ],
  "aws-api": [
    "clock",
    "entropy",
    "signing",
    "journal",
    "roles",
    "instances",
    "credential-rotator",
    "sign-in",
    "network/message.ts",
  ],
  faults: [
    "clock",
    "entropy",
    "signing",
    "roles",
    "instances",
    "credential-rotator",
    "imds",
    "sign-in",
    "aws-api",
    "network/message.ts",
  ],
  control: [
    "clock",
    "entropy",
    "signing",
    "journal",
    "roles",
    "instances",
    "credential-rotator",
    "sign-in",
    "faults",
    "network",
  ],
  exercise: ["clock", "control", "faults/values.ts", "roles/strict-mapping.ts"],
  cli: ["index.ts"],
  bin: ["cli"],
};
const isRootFile = (file: string) => !file.includes("/");

/** Packages and built-in modules that belong to certain rooms. */
const MODULE_ROOMS: readonly [RegExp, readonly string[]][] = [
  [/^(node:)?crypto$/, ["entropy", "signing"]],
  [/^jose(\/|$)/, ["signing"]],
  [/^(node:)?(http|https|http2|net|tls|dgram|dns)(\/|$)/, ["network"]],
  [/^express(\/|$)|^prom-client$/, ["control"]],
  [/^(node:)?timers(\/|$)|^(node:)?perf_hooks$|^node-cron$/, ["clock"]],
  [/^koffi$/, ["network", "clock"]],
  [/^(node:)?sqlite$/, ["journal"]],
  [/^commander$/, ["cli"]],
  [/^qrcode$/, ["aws-api"]],
  [/^@aws-sdk\//, ["cli", "credential-sources"]],
  [/^vitest$/, ["vitest.ts"]],
  [/^testcontainers$/, ["testcontainers.ts"]],
];
const TIMERS = ["setTimeout", "setInterval", "setImmediate", "performance"];

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const room = (file: string) => (file.includes("/") ? (file.split("/")[0] as string) : file);
const text = (file: string) => readFileSync(join(root, file), "utf8");
const lineAt = (source: string, offset: number) => source.slice(0, offset).split("\n").length;

interface Parsed {
  readonly imports: readonly string[];
  readonly faults: readonly string[];
  readonly functions: readonly { readonly line: number; readonly lines: number }[];
}

const called = (node: { type: string; object?: unknown; property?: unknown }) => {
  const { object, property } = node as { object?: { name?: string }; property?: { name?: string } };
  return object?.name && property?.name ? `${object.name}.${property.name}` : undefined;
};

function parse(file: string): Parsed {
  const source = text(file);
  const { program, module } = parseSync(file, source);
  const imports = [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) => found.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map((found) => source.slice(found.moduleRequest.start + 1, found.moduleRequest.end - 1)),
  ];
  const faults: string[] = [];
  const functions: { line: number; lines: number }[] = [];
  const where = (node: SyntaxNode, what: string) => faults.push(`${file}:${lineAt(source, node.start)} ${what}`);
  const measure = (node: SyntaxNode) => {
    functions.push({ line: lineAt(source, node.start), lines: source.slice(node.start, node.end).split("\n").length });
  };
  const own = room(file);
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
    MemberExpression(node) {
      const name = called(node);
      if (name === "Math.random") where(node, "Math.random: use entropy/");
      if (own !== "clock" && (name === "Date.now" || name === "process.hrtime")) where(node, `${name}: use clock/`);
      if (own !== "entropy" && own !== "signing" && name === "globalThis.crypto") where(node, `${name}: use entropy/`);
    },
    NewExpression(node) {
      const callee = node.callee as { name?: string };
      if (own !== "clock" && callee.name === "Date" && node.arguments.length === 0)
        where(node, "new Date(): use clock/");
    },
    CallExpression(node) {
      const name = (node.callee as { name?: string }).name ?? "";
      if (own !== "clock" && (TIMERS.includes(name) || name === "Date")) where(node, `${name}(): use clock/`);
      if (own !== "network" && name === "fetch") where(node, "fetch(): use network/");
    },
    Identifier(node) {
      if (own !== "clock" && node.name === "performance") where(node, "performance: use clock/");
    },
  }).visit(program);
  return { imports, faults, functions };
}

const parsed = new Map(product.map((file) => [file, parse(file)]));

function importFault(file: string, specifier: string): string | undefined {
  const own = room(file);
  if (!specifier.startsWith(".")) {
    const rule = MODULE_ROOMS.find(([pattern]) => pattern.test(specifier));
    return rule && !rule[1].includes(own)
      ? `${file} imports ${specifier}, which belongs to ${rule[1].join(" and ")}/`
      : undefined;
  }
  const target = normalize(join(dirname(file), specifier));
  const targetRoom = room(target);
  if (targetRoom === own || isRootFile(file)) return undefined;
  const allowed = MAY_IMPORT[own] ?? [];
  if (allowed.includes(targetRoom) || allowed.includes(target)) return undefined;
  return `${file} imports ${target}`;
}

describe("the house", () => {
  test("every source file stands in a room that has a rule", () => {
    const strays = product.filter((file) => !(room(file) in MAY_IMPORT) && !isRootFile(file));
    expect(strays).toEqual([]);
  });

  test("arrows point upwards only, and modules stay in their rooms", () => {
    const faults = [...parsed].flatMap(([file, { imports }]) => imports.map((name) => importFault(file, name)));
    expect(faults.filter(Boolean)).toEqual([]);
  });

  test("time, timers, crypto, sockets and randomness stay in their rooms", () => {
    expect([...parsed.values()].flatMap(({ faults }) => faults)).toEqual([]);
  });

  test("no function is longer than 70 lines, no source file than 300", () => {
    const long = [...parsed].flatMap(([file, { functions }]) =>
      functions.filter(({ lines }) => lines > 70).map(({ line, lines }) => `${file}:${line} has ${lines} lines`),
    );
    const large = product.filter((file) => text(file).trimEnd().split("\n").length > 300);
    expect([...long, ...large]).toEqual([]);
  });

  test("every source file opens with the question it answers", () => {
    const silent = product.filter((file) => !/^(#!.*\n)?\/\/ \S/.test(text(file)));
    expect(silent).toEqual([]);
  });

  test("nothing is left for later, and no file knows the machine it was made on", () => {
    const unwanted = /\b(TODO|FIXME|XXX)\b|(^|[\s"'`(])\/work\/|\.\.\/shared\b/;
    const faults = readable
      .filter((file) => file !== "test/tidy.test.ts" && file !== "package-lock.json")
      .filter((file) => unwanted.test(text(file)));
    expect(faults).toEqual([]);
  });
});
