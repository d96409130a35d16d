// Is what the documents say of the commands, their options and variables, the control API and the configuration true, and is it all?

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../cli/main.ts";
import { routes } from "../control/routes.ts";
import { requestConditions } from "../index.ts";
import { DOCUMENTS, withExamples } from "../scripts/cut-examples.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const readme = read("README.md");
const control = read("docs/control.md");
const commands = createProgram().commands;
const command = (name: string) => commands.find((one) => one.name() === name) as Command;
const unique = (values: Iterable<string>) => [...new Set(values)].sort();
const found = (text: string, pattern: RegExp) => unique(Array.from(text.matchAll(pattern), (match) => match[1] ?? ""));

const OPTIONS = /--([a-z][a-z-]+)/g;
const everywhere = ["help", "version"];
const shared = ["control", "control-token", "json"];
const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const conditions = requestConditions.map(({ name }) => kebabCase(name));
const longNames = (options: readonly Option[]) => unique(options.map(({ long }) => long?.slice(2) ?? ""));

describe("the commands", () => {
  test("each has its line in the README, and the README no other", () => {
    expect(found(readme, /^\| `mayfly ([a-z-]+)/gm)).toEqual(unique(commands.map((one) => one.name())));
  });

  const others = commands.map((one) => one.name()).filter((name) => name !== "up");
  test.each(others)("mayfly %s: its own options are in its line, and no others", (name) => {
    const ofRequests = ["requests", "expect", "wait"].includes(name) ? conditions : [];
    const own = (option: string) => !shared.includes(option) && !ofRequests.includes(option);
    const line = readme.split("\n").find((one) => one.startsWith(`| \`mayfly ${name}`)) ?? "";
    expect(found(line, OPTIONS).filter(own)).toEqual(longNames(command(name).options).filter(own));
  });

  test("the conditions on requests: their table is what the code has, and each of the three commands takes them", () => {
    const table = control.slice(control.indexOf("## Conditions on requests"));
    const rows = requestConditions.map(
      ({ name, value, about }) => `| \`--${kebabCase(name)} <${value}>\` | ${about} |`,
    );
    expect(table.split("\n").filter((line) => line.startsWith("| `"))).toEqual(rows);
    for (const name of ["requests", "expect", "wait"]) {
      expect(longNames(command(name).options)).toEqual(expect.arrayContaining(conditions));
    }
  });

  test("mayfly up: its table has all options with their variables and defaults", () => {
    const table = readme.slice(readme.indexOf("### Options of `mayfly up`"), readme.indexOf("## Control API"));
    const { options } = command("up");
    expect(found(table, /^\| `--([a-z-]+)/gm)).toEqual(longNames(options));
    for (const { flags, envVar, defaultValue } of options) {
      const line = table.split("\n").find((one) => one.startsWith(`| \`${flags}\``)) ?? "";
      expect([flags, line.includes(envVar ? `| \`${envVar}\` |` : "| |")]).toEqual([flags, true]);
      if (defaultValue !== undefined) expect(line).toContain(String(defaultValue));
    }
  });

  test("every option and variable that a document names is one", () => {
    const all = commands.flatMap((one) => [one, ...one.commands]);
    const known = [...everywhere, ...all.flatMap(({ options }) => longNames(options))];
    const variables = all.flatMap(({ options }) => options.flatMap(({ envVar }) => envVar ?? []));
    const others = /^(omit|endpoint-url|inspect|prefer-offline|security-opt|format|profile|raw|repeat)$/; // of npm, the AWS CLI, Node, Docker, kubectl and the laboratory
    for (const document of ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", ...DOCUMENTS.slice(1)]) {
      // Commands of the AWS CLI have options of their own.
      const text = read(document).replaceAll(/^ *(mayfly exec -- )?aws .*$/gm, "");
      const strangers = found(text, OPTIONS).filter((option) => !known.includes(option) && !others.test(option));
      expect([document, strangers]).toEqual([document, []]);
      const wrong = found(text, /\b(MAYFLY_[A-Z_]+)\b/g).filter((name) => !variables.includes(name));
      expect([
        document,
        wrong.filter((name) => !/^MAYFLY_(IMAGE|TEST_SEED|TEST_KILLS|NO_SKIPS|ORACLE_CASES)$/.test(name)),
      ]).toEqual([document, []]);
    }
  });
});

test("the control API: its document has every path, and no other", () => {
  const told = found(control, /`((?:GET|POST|PATCH|PUT|DELETE) \/[^`?]*)`/g);
  const known = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(told).toEqual(unique([...known, "GET /health", "GET /ready", "GET /openapi.json", "GET /metrics"]));
});

test.each(DOCUMENTS)(
  "%s: its examples are cut from files that tests run (node scripts/cut-examples.ts)",
  (document) => {
    expect(read(document)).toBe(withExamples(document));
  },
);

test.each([...DOCUMENTS, "ARCHITECTURE.md", "CONTRIBUTING.md"])("%s: what it links to is there", (document) => {
  const links = found(read(document), /\]\(((?!https?:|#)[^)#]+)/g);
  expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
});

test("ARCHITECTURE.md explains every dependency, and no other", () => {
  const { dependencies, optionalDependencies } = JSON.parse(read("package.json"));
  const known = Object.keys({ ...dependencies, ...optionalDependencies });
  const table = read("ARCHITECTURE.md").split("## Dependencies and why")[1] ?? "";
  const told = found(table, /^\| ((?!package|---)[^|]+?) \|/gm).flatMap((names) => names.split(", "));
  expect(unique(told)).toEqual(unique(known));
});
