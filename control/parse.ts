// Does what somebody asks for make sense? Values against a schema, with one line for what is wrong.

import type { z } from "zod";
import { wording } from "../roles/wording.ts";
import { ControlError } from "./controls.ts";

/** The value as the schema has it. ControlError with status 400 when it does not fit. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(value, { error: wording });
  if (error) throw new ControlError(400, oneLine(error));
  return data;
}

function oneLine(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => (path.length ? `${path.join(".")}: ${message}` : message)).join("; ");
}
