// mayfly explain: why was a request allowed or denied, or why would it be?

import { Command, InvalidArgumentError, Option } from "commander";
import { explanationText } from "../index.ts";
import { type ControlOptions, controlsOf, print, withAnswer } from "./options.ts";

interface ExplainOptions extends ControlOptions {
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: readonly string[];
}

/** `aws:SourceIp=10.0.0.1`; what is given twice has two values. */
function keysOf(pairs: readonly string[]): Record<string, string[]> {
  const keys: Record<string, string[]> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const key = pair.slice(0, equals);
    keys[key] = [...(keys[key] ?? []), pair.slice(equals + 1)];
  }
  return keys;
}

function collect(pair: string, before: readonly string[] = []): readonly string[] {
  if (pair.indexOf("=") < 1) throw new InvalidArgumentError("give KEY=VALUE, such as aws:SourceIp=10.0.0.1.");
  return [...before, pair];
}

export function explainCommand(): Command {
  return withAnswer(new Command("explain").description("say why the policies allowed or denied a request, or would"))
    .argument("[request]", "its number in the request log or its request id; the last that was refused when absent")
    .addOption(
      new Option("--principal <arn>", "instead: who would ask; a user, a role, its session, root, or anonymous"),
    )
    .addOption(new Option("--action <action>", "what they would ask for, such as s3:GetObject"))
    .addOption(new Option("--resource <arn>", "of what; * when absent"))
    .addOption(
      new Option("--context <key=value>", "a condition key of that request; may be given again").argParser(collect),
    )
    .action(async (request: string | undefined, options: ExplainOptions) => {
      const { principal, action, resource, context } = options;
      const query = { request, principal, action, resource, ...(context && { context: keysOf(context) }) };
      print(options.json, await controlsOf(options).explain(query), explanationText);
    });
}
