// The commands around the configuration: init writes one, validate checks one, schema describes it.

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { configurationSchema, initialConfiguration, readConfiguration } from "../index.ts";
import { jsonOption, ownCommand, print } from "./options.ts";

function initCommand(): Command {
  return new Command("init")
    .description("write a commented configuration")
    .argument("[file]", "where to", "mayfly.yaml")
    .addOption(new Option("--force", "write over a file that is there"))
    .action(async (file: string, { force }: { force?: true }) => {
      if (existsSync(file) && !force) throw new Error(`${file} is there already; --force writes over it`);
      await writeFile(file, initialConfiguration).catch(({ code }) => {
        throw new Error(`${file} cannot be written (${code})`);
      });
      print(undefined, file, () => `wrote ${file}; run it with: ${ownCommand()} up --config ${file}`);
    });
}

function validateCommand(): Command {
  return new Command("validate")
    .description("check a configuration; exit status 1 when something is wrong")
    .argument("<file>", "the configuration, YAML or JSON")
    .addOption(jsonOption())
    .action(async (file: string, { json }: { json?: true }) => {
      try {
        await readConfiguration(file);
      } catch (problem) {
        if (!json) throw problem;
        process.exitCode = 1;
        return print(json, { valid: false, file, error: (problem as Error).message }, String);
      }
      print(json, { valid: true, file }, () => `${file} is valid`);
    });
}

function schemaCommand(): Command {
  return new Command("schema")
    .description("print the JSON Schema of the configuration, for editors")
    .action(() => print(undefined, configurationSchema(), (schema) => JSON.stringify(schema, undefined, 2)));
}

/** They need no running Mayfly. */
export function configurationCommands(): Command[] {
  return [initCommand(), validateCommand(), schemaCommand()];
}
