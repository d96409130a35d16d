// What does each action take, in words that commands and documents can print?

import { z } from "zod";
import { instanceActions } from "./table.ts";

export interface ParameterDescription {
  readonly name: string;
  readonly description: string;
  /** Of JSON Schema; undefined where several are possible. */
  readonly type: string | undefined;
  readonly choices: readonly string[] | undefined;
  readonly required: boolean;
}

export interface ActionDescription {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly ParameterDescription[];
}

interface Described {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
}

export function actionDescriptions(): ActionDescription[] {
  return Object.entries(instanceActions).map(([name, { summary, parameters }]) => {
    const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: "input" });
    const described = Object.entries(properties as Record<string, Described>).map(([parameter, schema]) => ({
      name: parameter,
      description: schema.description ?? "",
      type: schema.type,
      choices: schema.enum,
      required: required.includes(parameter),
    }));
    return { name, summary, parameters: described };
  });
}
