// How is a mapping of the configuration read that knows its keys?

import { z } from "zod";
import { didYouMean } from "./did-you-mean.ts";

/** Refuses keys that it does not have, and says which one was meant. */
export function strictMapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const unknown = issue.keys.map((key) => `"${key}"${didYouMean(key, Object.keys(shape))}`);
      return `there is no ${unknown.join(", no ")}`;
    },
  });
}
