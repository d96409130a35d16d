// Which faults are there? One row each: the configuration, its JSON Schema, the control API, the commands and docs/faults.md follow.

import { z } from "zod";
import { strictMapping } from "../roles/configuration.ts";
import { didYouMean } from "../roles/did-you-mean.ts";
import type { FaultKind } from "./fault.ts";
import { awsError } from "./kinds/aws-error.ts";
import { cutAnswer } from "./kinds/cut-answer.ts";
import { emptyBody } from "./kinds/empty-body.ts";
import { expiredCredentials } from "./kinds/expired-credentials.ts";
import { failedCredentials } from "./kinds/failed-credentials.ts";
import { lateRenewal } from "./kinds/late-renewal.ts";
import { malformedJson } from "./kinds/malformed-json.ts";
import { missingFields } from "./kinds/missing-fields.ts";
import { missingTokenTtl } from "./kinds/missing-token-ttl.ts";
import { refuseConnection } from "./kinds/refuse-connection.ts";
import { resetConnection } from "./kinds/reset-connection.ts";
import { revokedCredentials } from "./kinds/revoked-credentials.ts";
import { revokedTokens } from "./kinds/revoked-tokens.ts";
import { slowBody } from "./kinds/slow-body.ts";
import { slowFirstByte } from "./kinds/slow-first-byte.ts";
import { staleCredentials } from "./kinds/stale-credentials.ts";
import { status } from "./kinds/status.ts";
import { swallow } from "./kinds/swallow.ts";
import { throttle } from "./kinds/throttle.ts";
import { truncatedJson } from "./kinds/truncated-json.ts";
import { wrongDate } from "./kinds/wrong-date.ts";
import { type Limits, limitsFault, limitsShape } from "./limits.ts";

/** In the order of the documentation: connections, statuses, documents, credentials, tokens, clocks, AWS endpoints. */
const KINDS = [
  swallow,
  refuseConnection,
  resetConnection,
  cutAnswer,
  slowFirstByte,
  slowBody,
  status,
  throttle,
  truncatedJson,
  malformedJson,
  emptyBody,
  missingFields,
  failedCredentials,
  staleCredentials,
  lateRenewal,
  expiredCredentials,
  revokedTokens,
  missingTokenTtl,
  wrongDate,
  revokedCredentials,
  awsError,
] as unknown as readonly FaultKind[];

export const faultKinds: readonly FaultKind[] = KINDS;
const byName: ReadonlyMap<string, FaultKind> = new Map(KINDS.map((kind) => [kind.name, kind]));

/** A fault as it is written: its name, its parameters, its limits. Plain JSON. */
export type WrittenFault = Limits & { readonly fault: string } & Readonly<Record<string, unknown>>;

/** The kind of a fault that was checked. */
export const kindOf = ({ fault }: WrittenFault): FaultKind => byName.get(fault) as FaultKind;

const [first, ...others] = KINDS.map(schemaOf);

/** One fault. */
export const faultSchema = z.discriminatedUnion("fault", [first as ReturnType<typeof schemaOf>, ...others], {
  error: ({ input }) => {
    if (typeof input !== "object") return "must be a mapping such as {fault: swallow}";
    const { fault } = (input ?? {}) as { fault?: unknown };
    if (typeof fault === "string") return `there is no fault "${fault}"${didYouMean(fault, byName.keys())}`;
    return `names no fault; the faults are ${[...byName.keys()].join(", ")}`;
  },
}) as unknown as z.ZodType<WrittenFault>;

function schemaOf(kind: FaultKind) {
  const name = z.literal(kind.name).describe(kind.summary);
  return strictMapping({ fault: name, ...kind.parameters, ...limitsShape }).superRefine((written, context) => {
    const limits = written as unknown as Limits;
    const found = limitsFault(limits) ?? faceFault(kind, limits);
    if (found) context.addIssue({ code: "custom", path: [found[0]], message: found[1] });
  });
}

function faceFault({ name, faces }: FaultKind, { face }: Limits): readonly [string, string] | undefined {
  if (face === undefined || faces.includes(face)) return undefined;
  return ["face", `must be ${faces.join(" or ")}: ${name} is nothing elsewhere`];
}

/** A parameter or a limit, as people need to know it. */
export interface Option {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** How its text on a command line is to be taken. */
  readonly type: "text" | "number" | "list";
}

function optionsOf(shape: z.ZodRawShape): readonly Option[] {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(shape), { io: "input" }) as {
    properties?: Record<string, { type?: string; description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { type, description = "" }]) => ({
    name,
    description: lower(description),
    required: required.includes(name),
    type: type === "array" ? "list" : type === "integer" || type === "number" ? "number" : "text",
  }));
}

/** Schemas begin with a capital letter; in tables and help the text follows a name. */
const lower = (text: string) => text.replace(/^[A-Z](?=[a-z]*[ ,;])/, (letter) => letter.toLowerCase());

export interface FaultDescription {
  readonly name: string;
  readonly summary: string;
  readonly faces: readonly string[];
  readonly parameters: readonly Option[];
  /** What it strikes unless told otherwise. */
  readonly usual: Readonly<Record<string, string>>;
}

let descriptions: readonly FaultDescription[] | undefined;

/** All faults. Described once: it takes some milliseconds, and most who start a program never ask. */
export function faultDescriptions(): readonly FaultDescription[] {
  descriptions ??= KINDS.map(({ name, summary, faces, parameters, usual = {} }) => ({
    name,
    summary,
    faces,
    parameters: optionsOf(parameters),
    usual,
  }));
  return descriptions;
}

/** The limits that every fault may have. */
export const limitDescriptions = (): readonly Option[] => optionsOf(limitsShape);
