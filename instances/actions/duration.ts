// How long until then? A duration as people write it, in the parameters of actions.

import { z } from "zod";
import { parseDuration } from "../../clock/duration.ts";

/** `90s` or `1h30m`, or a number of seconds; milliseconds once it is read. */
export const duration = (description: string) =>
  z
    .union([z.string(), z.number().min(0)])
    .describe(description)
    .transform((written, context) => {
      try {
        return parseDuration(written);
      } catch (problem) {
        context.addIssue((problem as Error).message);
        return z.NEVER;
      }
    });
