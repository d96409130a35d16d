// mayfly env: what to paste into a shell so that its programs find the simulation.

import { Command, Option } from "commander";
import type { Environment } from "../index.ts";
import { type ControlOptions, controlsOf, print, withAnswer } from "./options.ts";

/** In single quotes a shell takes everything literally but the quote itself. */
export const quoted = (value: string) =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** Names that one of the patterns means, in which * stands for anything; upper and lower case are the same, as on Windows. */
export function namesLike(names: readonly string[], patterns: readonly string[]): string[] {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i"));
  return names.filter((name) => expressions.some((expression) => expression.test(name)));
}

/** Unsets what the caller's own shell has exported and would lead its programs elsewhere; then the exports. */
function shellLines({ variables, removed }: Environment): string {
  const inTheWay = namesLike(Object.keys(process.env), removed).filter((name) => !(name in variables));
  return [
    ...inTheWay.map((name) => `unset ${name}`),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
  ].join("\n");
}

export function environmentCommand(): Command {
  return withAnswer(
    new Command("env").description("print the exports for a shell: an instance's endpoints, or a user's access key"),
  )
    .addOption(new Option("--instance <id>", "name or id; the only instance when absent").conflicts("user"))
    .addOption(new Option("--user <name>", "the access key of this user instead of an instance"))
    .action(async (options: ControlOptions & { instance?: string; user?: string }) => {
      const { instance, user } = options;
      const environment = await controlsOf(options).environment({ instance, user });
      print(options.json, environment.variables, () => shellLines(environment));
    });
}
