// mayfly doctor: what can this machine do?

import { Command } from "commander";
import { examineMachine } from "../index.ts";
import { jsonOption, print } from "./options.ts";

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("say what this machine can do, and what each thing is needed for")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: true }) => {
      const facts = await examineMachine();
      print(json, facts, () =>
        facts
          .map(
            ({ name, able, detail, neededFor }) =>
              `${able ? "yes" : "no "}  ${name.padEnd(22)} ${detail} (${neededFor})`,
          )
          .join("\n"),
      );
    });
}
