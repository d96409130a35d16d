// Which scenario is meant? One that ships with Mayfly, by its name, or one that somebody wrote, with one line for each mistake.

import { readdir } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join, parse } from "node:path";
import { type ExerciseScenario, exerciseScenarioSchema, scenarioFileSchema } from "./exercise/scenario.ts";
import { didYouMean } from "./roles/did-you-mean.ts";
import { ConfigurationError, checkWritten, parseWritten, readText } from "./written.ts";

const ENDING = ".yaml";
const directory = join(dirname(findPackageJSON(import.meta.url) as string), "data", "scenarios");

/** The names of those that ship with Mayfly. */
const shippedNames = async () =>
  (await readdir(directory))
    .filter((file) => file.endsWith(ENDING))
    .map((file) => parse(file).name)
    .sort();

async function readFile(file: string): Promise<ExerciseScenario> {
  const read = parseWritten(scenarioFileSchema, await readText(file), file);
  return { name: parse(file).name, ...read } as ExerciseScenario;
}

/** Those that ship with Mayfly, by their names. */
export async function shippedScenarios(): Promise<readonly ExerciseScenario[]> {
  return Promise.all((await shippedNames()).map((name) => readFile(join(directory, name + ENDING))));
}

/** The shipped one of that name, or what is in that file, YAML or JSON. ConfigurationError when there is none, or it is wrong. */
export async function readExerciseScenario(nameOrFile: string): Promise<ExerciseScenario> {
  if (/[./\\]/.test(nameOrFile)) return readFile(nameOrFile);
  const names = await shippedNames();
  if (names.includes(nameOrFile)) return readFile(join(directory, nameOrFile + ENDING));
  const hint = didYouMean(nameOrFile, names);
  throw new ConfigurationError([`there is no scenario "${nameOrFile}"${hint}; a file is named with its ending`]);
}

/** Checks what came as a value. ConfigurationError, whose lines begin with `scenario`, when it is wrong. */
export const checkExerciseScenario = (value: unknown): ExerciseScenario =>
  checkWritten(exerciseScenarioSchema, value, "scenario") as ExerciseScenario;
