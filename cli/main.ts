// The commands: which are there, and how a mistake is told. Exit status: 0 done, 1 it failed, 2 the call makes no sense.

import { Command, CommanderError } from "commander";
import { packageVersion } from "../index.ts";
import { certificatesCommand } from "./certificates.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { driveCommands } from "./drive.ts";
import { environmentCommand } from "./environment.ts";
import { execCommand } from "./exec.ts";
import { exerciseCommand } from "./exercise.ts";
import { explainCommand } from "./explain.ts";
import { faultCommand } from "./fault.ts";
import { configurationCommands } from "./files.ts";
import { instanceCommand } from "./instance.ts";
import { readyCommand } from "./ready.ts";
import { scenarioCommand } from "./scenario.ts";
import { mfaCodeCommand, signInCommand } from "./sign-in.ts";
import { upCommand } from "./up.ts";

/**
 * All commands; the documentation test walks over them. Those whose options follow from a table take as long to describe as a clock to
 * be read: where the first word means another command they are left out.
 */
export function createProgram(firstWord?: string): Command {
  const program = new Command("mayfly")
    .description("An EC2 instance's identity on your own machine, for tests and demonstrations; never for production.")
    .version(packageVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "say what there is")
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  const quick = [
    upCommand(),
    demoCommand(),
    environmentCommand(),
    execCommand(),
    exerciseCommand(),
    ...driveCommands(),
    signInCommand(),
    mfaCodeCommand(),
    explainCommand(),
    certificatesCommand(),
    scenarioCommand(),
    ...configurationCommands(),
    readyCommand(),
    doctorCommand(),
  ];
  const isQuick = quick.some((command) => command.name() === firstWord);
  for (const command of isQuick ? quick : [...quick, instanceCommand(), faultCommand()])
    program.addCommand(command.exitOverride().helpOption("-h, --help", "say what it does"));
  return program;
}

/** Runs one command line and sets the exit status. A mistake is one line on the standard error, never a stack trace. */
export async function main(words: readonly string[]): Promise<void> {
  process.stdout.on("error", leaveWhenNobodyReads);
  try {
    await createProgram(words[0]).parseAsync(words, { from: "user" });
  } catch (problem) {
    if (problem instanceof CommanderError) {
      // commander has printed its own line already.
      process.exitCode = problem.exitCode === 0 ? 0 : 2;
      return;
    }
    const message = problem instanceof Error ? problem.message : String(problem);
    process.stderr.write(`mayfly: ${message.replaceAll(/\s*\n\s*/g, "; ")}\n`);
    process.exitCode = 1;
  }
}

// `mayfly requests | head` closes the pipe: that is no error.
function leaveWhenNobodyReads(problem: NodeJS.ErrnoException): void {
  if (problem.code === "EPIPE") process.exit(0);
  throw problem;
}
