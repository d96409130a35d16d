// The commands around the configuration: init and export write one, validate checks one, schema describes it.

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { configurationSchema, configurationText, initialConfiguration, readConfiguration } from "../index.ts";
import { type ControlOptions, controlsOf, jsonOption, ownCommand, print, withAnswer } from "./options.ts";

const forced = () => new Option("--force", "write over a file that is there");

async function write(file: string, text: string, force: true | undefined): Promise<void> {
  if (existsSync(file) && !force) throw new Error(`${file} is there already; --force writes over it`);
  // It may hold secrets.
  await writeFile(file, text, { mode: 0o600 }).catch(({ code }) => {
    throw new Error(`${file} cannot be written (${code})`);
  });
}

function initCommand(): Command {
  return new Command("init")
    .description("write a commented configuration")
    .argument("[file]", "where to", "mayfly.yaml")
    .addOption(forced())
    .action(async (file: string, { force }: { force?: true }) => {
      await write(file, initialConfiguration, force);
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

function exportCommand(): Command {
  return withAnswer(
    new Command("export").description(
      "write the world of a running mayfly as a configuration that gives the same world: secrets included",
    ),
  )
    .argument("[file]", "where to; the terminal unless given")
    .addOption(forced())
    .action(async (file: string | undefined, { force, ...options }: ControlOptions & { force?: true }) => {
      const exported = await controlsOf(options).export();
      const text = options.json ? JSON.stringify(exported, undefined, 2) : configurationText(exported).trimEnd();
      if (file === undefined) return print(undefined, text, String);
      await write(file, `${text}\n`, force);
      print(undefined, file, () => `wrote ${file}; run it with: ${ownCommand()} up --config ${file}`);
    });
}

/** All but `export` need no running Mayfly. */
export function configurationCommands(): Command[] {
  return [initCommand(), exportCommand(), validateCommand(), schemaCommand()];
}
