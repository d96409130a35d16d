// mayfly instance: what is done to an instance of a running Mayfly? Its commands and options follow from the table of actions.

import { Command, InvalidArgumentError, Option } from "commander";
import { type ActionDescription, actionDescriptions, type InstanceActionName, type InstanceReport } from "../index.ts";
import { type ControlOptions, controlsOf, print, withAnswer, withCommands } from "./options.ts";

const flag = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What is not text is given as JSON, and how. */
const WRITTEN_AS_JSON: Readonly<Record<string, string>> = {
  object: 'give JSON such as {"Name": "demo"}.',
  integer: "give a number.",
  boolean: "give true or false.",
};

function reader(type: string | undefined) {
  const advice = WRITTEN_AS_JSON[type ?? ""];
  return (text: string, before: unknown): unknown => {
    if (type === "array") return [...((before as string[] | undefined) ?? []), text];
    if (advice === undefined) return text;
    try {
      return JSON.parse(text);
    } catch {
      throw new InvalidArgumentError(advice);
    }
  };
}

const told = ({ name, instanceId, state, instanceProfile, role, ...notices }: InstanceReport) => {
  const { spotInterruption: spot, rebalanceRecommendedAt: rebalance, maintenance = [] } = notices;
  const parts = [
    ...[name, instanceId, state, instanceProfile && `profile ${instanceProfile}`, role && `role ${role}`],
    spot && `${spot.action} at ${spot.time}`,
    rebalance && `rebalance recommended at ${rebalance}`,
    ...maintenance.map(({ eventId, code, notBefore }) => `${code} from ${notBefore} (${eventId})`),
  ];
  return parts.filter(Boolean).join(" ");
};

/** One command for each action. */
export function instanceCommand(): Command {
  return withCommands(
    new Command("instance").description("act on an instance: stop it, attach a profile, interrupt it, …"),
    actionDescriptions().map(actionCommand),
  );
}

function actionCommand({ name, summary, parameters }: ActionDescription): Command {
  const command = withAnswer(new Command(name).description(summary)).addOption(
    new Option("--instance <id>", "name or id; the only instance when absent"),
  );
  for (const { name: parameter, type, description, choices, required } of parameters) {
    const repeated = type === "array" ? `${description}; may be given again` : description;
    const option = new Option(`--${flag(parameter)} <value>`, repeated).argParser<unknown>(reader(type));
    if (choices) option.choices(choices);
    command.addOption(option.makeOptionMandatory(required));
  }
  return command.action(async (options: ControlOptions & Record<string, unknown>) => {
    const { control: _, controlToken: __, json, ...request } = options;
    print(json, await controlsOf(options).act(name as InstanceActionName, request as never), told);
  });
}
