// mayfly env: what to paste into a shell so that its programs find the simulation.

import { Command, Option } from "commander";
import { type ControlOptions, controlsOf, print, withControl } from "./options.ts";

/** In single quotes a shell takes everything literally but the quote itself. */
export const quoted = (value: string) =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

export function environmentCommand(): Command {
  return withControl(
    new Command("env").description("print the exports for a shell: an instance's endpoints, or a user's access key"),
  )
    .addOption(new Option("--instance <id>", "name or id; the only instance when absent").conflicts("user"))
    .addOption(new Option("--user <name>", "the access key of this user instead of an instance"))
    .action(async (options: ControlOptions & { instance?: string; user?: string }) => {
      const { instance, user } = options;
      const { variables } = await controlsOf(options).environment({ instance, user });
      print(options.json, variables, () =>
        Object.entries(variables)
          .map(([name, value]) => `export ${name}=${quoted(value)}`)
          .join("\n"),
      );
    });
}
