// mayfly fault: what goes wrong in a running Mayfly? Its options follow from the table of faults.

import { Command, InvalidArgumentError, Option } from "commander";
import {
  type FaultOption,
  type FaultReport,
  faultDescriptions,
  limitDescriptions,
  type WrittenFault,
} from "../index.ts";
import { type ControlOptions, controlsOf, print, withAnswer, withCommands } from "./options.ts";

const flag = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Of every name once: what it means to which fault stands below. */
function options(): Option[] {
  const parameters = faultDescriptions().flatMap((fault) => fault.parameters);
  const names = new Set([...parameters, ...limitDescriptions()].map(({ name }) => name));
  const limits = new Map(limitDescriptions().map(({ name, description }) => [name, description]));
  return [...names].map(
    (name) => new Option(`${flag(name)} <value>`, limits.get(name) ?? `of ${owners(name).join(", ")}: see below`),
  );
}

const owners = (parameter: string) =>
  faultDescriptions().flatMap(({ name, parameters }) => (parameters.some((one) => one.name === parameter) ? name : []));

function help(): string {
  const lines = faultDescriptions().map(({ name, summary, parameters }) => {
    const own = parameters.map(
      (one) => `\n      ${flag(one.name)}${one.required ? "" : " (optional)"}: ${one.description}`,
    );
    return `  ${name}: ${summary}${own.join("")}`;
  });
  return `\nFaults:\n${lines.join("\n")}\n\nAll of it can be given as one JSON object instead, written as in the configuration's faults.`;
}

type Texts = Readonly<Record<string, string | undefined>>;

/** Numbers and lists as what they are; whatever cannot be one, Mayfly says itself. */
function value({ type }: FaultOption, text: string): unknown {
  if (type === "list") return text.split(",");
  return type === "number" && text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function writtenFault(fault: string, texts: Texts): WrittenFault {
  const own = faultDescriptions().find(({ name }) => name === fault)?.parameters ?? [];
  const known = new Map([...limitDescriptions(), ...own].map((one) => [one.name, one]));
  const given = Object.entries(texts).flatMap(([name, text]) => {
    const one = known.get(name);
    return text === undefined ? [] : [[name, one ? value(one, text) : text]];
  });
  return { fault, ...Object.fromEntries(given) };
}

function parseFault(text: string): string | WrittenFault {
  if (!text.startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("this is no JSON.");
  }
}

function state({ inForce, until, from }: FaultReport): string {
  if (inForce) return until === undefined ? "in force" : `in force until ${until}`;
  return until !== undefined && Date.parse(until) <= Date.parse(from)
    ? "never in force"
    : `in force from ${from}${until === undefined ? "" : ` until ${until}`}`;
}

function line(report: FaultReport): string {
  const { fault: name, ...rest } = report.fault;
  const words = Object.entries(rest).map(
    ([key, one]) => `${key}=${typeof one === "string" ? one : JSON.stringify(one)}`,
  );
  const { id, struck, matched, seed } = report;
  return [id, name, ...words, `(${state(report)}; struck ${struck} of ${matched}; seed ${seed})`].join(" ");
}

function raiseCommand(): Command {
  const command = withAnswer(new Command("raise").description("raise a fault"))
    .argument("<fault>", "its name, or all of it as JSON", parseFault)
    .addHelpText("after", help);
  for (const option of options()) command.addOption(option);
  return command.action(
    async (fault: string | WrittenFault, { control, controlToken, json, ...texts }: ControlOptions & Texts) => {
      const written = typeof fault === "string" ? writtenFault(fault, texts) : { ...fault, ...texts };
      const where = { control, ...(controlToken !== undefined && { controlToken }) };
      print(json, await controlsOf(where).faults.raise(written), line);
    },
  );
}

const listCommand = () =>
  withAnswer(new Command("list").description("list the faults that are raised, and how often each struck")).action(
    async (options: ControlOptions) => {
      const faults = await controlsOf(options).faults.list();
      if (faults.length === 0 && !options.json) process.stderr.write("no fault is raised\n");
      else print(options.json, faults, (all) => all.map(line).join("\n"));
    },
  );

const clearCommand = () =>
  withAnswer(new Command("clear").description("end a fault, or all of them"))
    .argument("[id]", "as `raise` and `list` tell it; all when absent")
    .action(async (id: string | undefined, options: ControlOptions) => {
      await controlsOf(options).faults.clear(id);
      print(options.json, { cleared: id ?? "all" }, ({ cleared }) => `cleared ${cleared}`);
    });

export function faultCommand(): Command {
  return withCommands(new Command("fault").description("make something go wrong, and end it"), [
    raiseCommand(),
    listCommand(),
    clearCommand(),
  ]);
}
