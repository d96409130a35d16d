// Which keys has who signs tokens? A JSON Web Key Set, RFC 7517, written into the configuration or kept in a file.

import { isAbsolute } from "node:path";
import { z } from "zod";

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.enum(["RSA", "EC", "OKP"]) })) });

/** The set itself, or the absolute path of a file that has it. */
export const keySetOrFile = z.union(
  [z.string().refine(isAbsolute, "must be an absolute path"), keySet],
  "must be the absolute path of a file with a JSON Web Key Set, or the set itself",
);

export type KeySetOrFile = z.infer<typeof keySetOrFile>;
