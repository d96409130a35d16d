// Where do the credentials of a role come from, where the simulation does not make them? The `source` of a role in the configuration.
// The configuration is kept in the journal, so no secret has a place in it.

import { isAbsolute } from "node:path";
import { z } from "zod";
import { strictMapping } from "./strict-mapping.ts";

const path = z
  .string()
  .refine(
    (written) => isAbsolute(written) || written.startsWith("~/"),
    "must be an absolute path, or one that begins with ~/",
  );

const profile = z.string().min(1).max(255);

/** Names after the fields of an AWS profile; limits are those of https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = strictMapping({
  roleArn: z
    .string()
    .regex(/^arn:\S{16,2044}$/, "must be the ARN of a role, of at least 20 characters")
    .describe("The role that is assumed; MinIO takes any"),
  endpoint: z
    .string()
    .refine(isEndpoint, "must be a URL such as http://127.0.0.1:4566, without a user")
    .describe("The STS that is asked; AWS's own of the region unless given")
    .exactOptional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as us-east-1")
    .describe("The region of that STS; the simulated one unless given")
    .exactOptional(),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, "must be 2 to 1224 letters, digits and characters of _+=,.@:/-")
    .exactOptional(),
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, "must be 2 to 64 letters, digits and characters of _+=,.@-")
    .describe("The instance id unless given, as on EC2")
    .exactOptional(),
  durationSeconds: z.int().min(900).max(43_200).describe("3600 unless given, as STS has it").exactOptional(),
  profile: profile
    .describe("Whose credentials ask; unless given those that an SDK finds, but for a metadata service's")
    .exactOptional(),
  credentialsFile: path.describe("The file of that profile; AWS's usual ones unless given").exactOptional(),
});

function isEndpoint(written: string): boolean {
  const url = URL.parse(written);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

const KINDS = ["assumeRole", "credentialProcess", "file"] as const;

export const credentialSource = strictMapping({
  assumeRole: assumeRole.describe("An STS: AWS's, or one that speaks like it").exactOptional(),
  credentialProcess: z
    .string()
    .min(1)
    .describe("A command that prints credentials as JSON, as `credential_process` of an AWS profile has it")
    .exactOptional(),
  file: path.describe("A file with such JSON, or one of AWS's credentials files").exactOptional(),
  profile: profile.describe("Which profile of the credentials file; default unless given").exactOptional(),
}).superRefine((written, { addIssue }) => {
  const given = KINDS.filter((kind) => written[kind] !== undefined);
  if (given.length !== 1) addIssue(`needs one of ${KINDS.join(", ")}`);
  if (written.profile !== undefined && written.file === undefined) addIssue("has a profile only beside file");
});

export type CredentialSource = z.infer<typeof credentialSource>;
export type AssumeRoleSource = z.infer<typeof assumeRole>;
