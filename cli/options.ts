// Options that several commands share. Every option can be given as a MAYFLY_* variable too.

import { type Command, InvalidArgumentError, Option } from "commander";
import { type Controls, connect, defaultEndpoints } from "../index.ts";

/** An option with its variable: `--log-size` is MAYFLY_LOG_SIZE. */
export function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  return made.env(`MAYFLY_${made.name().replaceAll("-", "_").toUpperCase()}`);
}

/** Reads a number of that range, or says what is wrong. */
export function numberBetween(least: number, most: number, whole = false) {
  return (text: string): number => {
    const value = Number(text);
    const fits = text.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!fits) throw new InvalidArgumentError(`give a ${whole ? "whole " : ""}number from ${least} to ${most}.`);
    return value;
  };
}

/** Takes the text as it is when `parse` can read it, or says in its words what is wrong. */
export const checkedBy = (parse: (text: string) => unknown) => (text: string) => {
  try {
    parse(text);
    return text;
  } catch (problem) {
    throw new InvalidArgumentError((problem as Error).message);
  }
};

/** How the caller calls us: who runs npm's scripts in a clone has no `mayfly` on the PATH. */
export const ownCommand = () =>
  ["start", "mayfly"].includes(process.env.npm_lifecycle_event ?? "") ? "npm run -s mayfly --" : "npx mayfly";

export const jsonOption = () => new Option("--json", "answer in JSON");

/** Adds what is needed to find a running Mayfly. */
export function withControl(command: Command): Command {
  return command
    .addOption(
      option("--control <url>", "the control API of a running mayfly").default(`http://${defaultEndpoints.control}`),
    )
    .addOption(option("--control-token <token>", "the token that it printed, where it listens beyond loopback"));
}

/** Adds the same, and the choice of how it answers. */
export const withAnswer = (command: Command) => withControl(command).addOption(jsonOption());

export interface ControlOptions {
  readonly control: string;
  readonly controlToken?: string;
  readonly json?: true;
}

/** Where the running Mayfly is that the options mean; `host:port` does as well as a URL. */
export function controlUrl({ control }: ControlOptions): string {
  return /^https?:\/\//.test(control) ? control : `http://${control}`;
}

/** A command of commands. */
export function withCommands(command: Command, commands: readonly Command[]): Command {
  for (const one of commands) command.addCommand(one.exitOverride().helpOption("-h, --help", "say what it does"));
  return command;
}

/** The running Mayfly that the options mean. */
export function controlsOf(options: ControlOptions): Controls {
  const { controlToken } = options;
  return connect({ url: controlUrl(options), ...(controlToken === undefined ? {} : { token: controlToken }) });
}

/** Prints one JSON line, or the text made of it. */
export function print<Value>(json: true | undefined, value: Value, text: (value: Value) => string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text(value)}\n`);
}
