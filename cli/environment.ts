// mayfly env: what to paste into a shell so that its programs find the simulation.

import { Command, Option } from "commander";
import { type Environment, type EnvironmentQuery, namesLike } from "../index.ts";
import { type ControlOptions, controlsOf, print, withAnswer } from "./options.ts";

/** In single quotes a shell takes everything literally but the quote itself. */
export const quoted = (value: string) =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** Unsets what the caller's own shell has exported and would lead its programs elsewhere; then the exports. */
export function shellLines({ variables, removed }: Environment): string {
  const inTheWay = namesLike(Object.keys(process.env), removed).filter((name) => !(name in variables));
  return [
    ...inTheWay.map((name) => `unset ${name}`),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
  ].join("\n");
}

/** Says where a program is to run: one of them, the only instance when all are absent. */
export function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option("--instance <id>", "name or id; the only instance when absent").conflicts(["user", "task", "pod"]),
    )
    .addOption(new Option("--user <name>", "with the access key of this user instead").conflicts(["task", "pod"]))
    .addOption(new Option("--task <name>", "in a container of this ECS task instead").conflicts("pod"))
    .addOption(new Option("--pod <name>", "in this pod with EKS Pod Identity instead"));
}

/** The environment at that place. */
export function environmentAt(options: ControlOptions & EnvironmentQuery): Promise<Environment> {
  const { instance, user, task, pod, isolated } = options;
  return controlsOf(options).environment({ instance, user, task, pod, isolated });
}

export function environmentCommand(): Command {
  return withPlace(
    withAnswer(
      new Command("env").description("print the exports for a shell: of an instance, a container, or a user's key"),
    ),
  ).action(async (options: ControlOptions & EnvironmentQuery) => {
    const environment = await environmentAt(options);
    print(options.json, environment.variables, () => shellLines(environment));
  });
}
