// Whom, what and when does a fault strike? Limits that every fault may have; all of them must hold.

import { z } from "zod";
import { parseDuration } from "../clock/duration.ts";
import { segmentsOf } from "../imds/path.ts";
import type { Instance } from "../instances/instance.ts";
import { readMemberName } from "../instances/member.ts";
import { type HttpRequest, header } from "../network/message.ts";
import { parsePattern, wildcardTest } from "../roles/wildcard.ts";
import type { Asked } from "./fault.ts";
import { duration, instant } from "./values.ts";

export const limitsShape = {
  face: z.enum(["imds", "aws"]).describe("Only at the metadata service, or only at the AWS endpoints").exactOptional(),
  instance: z.string().min(1).describe("Only this instance: a name, an id, or a template's name").exactOptional(),
  path: z
    .string()
    .regex(/^[/*]/, "must begin with a slash")
    .describe("Only paths that begin so; with * or ? the whole path must match")
    .exactOptional(),
  method: z
    .string()
    .regex(/^[A-Z]+$/, "must be a method such as GET")
    .describe("Only this HTTP method")
    .exactOptional(),
  userAgent: z.string().min(1).describe("Only clients whose User-Agent has this part").exactOptional(),
  accessKeyId: z.string().min(1).describe("AWS endpoints: only requests with this key").exactOptional(),
  principal: z
    .string()
    .min(1)
    .describe("AWS endpoints: only this caller, an ARN; * and ? are wildcards")
    .exactOptional(),
  skip: z.int().min(1).describe("Lets the first so many matching requests pass").exactOptional(),
  count: z.int().min(1).describe("Strikes so many times at most").exactOptional(),
  probability: z.number().min(0).max(1).describe("Strikes each matching request with this chance").exactOptional(),
  seed: z
    .union([z.int(), z.string().min(1)], "must be a whole number or a text")
    .describe("Of the dice; each fault has its own and tells its seed")
    .exactOptional(),
  from: instant("The simulated instant at which it begins; when it is raised unless given").exactOptional(),
  until: instant("The simulated instant at which it ends").exactOptional(),
  after: duration("How long after it was raised it begins").exactOptional(),
  for: duration("How long it lasts").exactOptional(),
};

export type Limits = z.infer<z.ZodObject<typeof limitsShape>>;

/** What no key can know by itself. */
export function limitsFault({
  from,
  until,
  after,
  for: lasts,
}: Limits): readonly [key: string, fault: string] | undefined {
  if (from !== undefined && after !== undefined) return ["after", "needs no from beside it"];
  if (until !== undefined && lasts !== undefined) return ["for", "needs no until beside it"];
  if (from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until))
    return ["until", "must come later than from"];
  return undefined;
}

/** From one instant on until just before another. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

export function windowOf({ from, until, after = 0, for: lasts }: Limits, raisedAt: number): Window {
  const begins = from === undefined ? raisedAt + parseDuration(after) : Date.parse(from);
  const ends = lasts === undefined ? Number.POSITIVE_INFINITY : begins + parseDuration(lasts);
  return { from: begins, until: until === undefined ? ends : Date.parse(until) };
}

/** Whether the instance is the one that is meant, or one of the template's. */
export function isMeant(wanted: string, { name, instanceId }: Instance): boolean {
  return wanted === name || wanted === instanceId || wanted === readMemberName(name)?.template;
}

/** Whether it strikes whatever comes: only then can a listener refuse all connections. */
export const isOfAllRequests = (limits: Limits): boolean =>
  (["path", "method", "userAgent", "accessKeyId", "principal", "skip", "count", "probability"] as const).every(
    (name) => limits[name] === undefined,
  );

type Test = (asked: Asked) => boolean;

/** What a request itself says; where, when and how often are judged elsewhere. */
export function compileLimits({ instance, path, method, userAgent, accessKeyId, principal }: Limits): Test {
  const tests: Test[] = [];
  if (instance !== undefined) tests.push((asked) => asked.instance !== undefined && isMeant(instance, asked.instance));
  if (method !== undefined) tests.push(({ request }) => request.method === method);
  if (path !== undefined) tests.push(pathTest(path));
  if (userAgent !== undefined)
    tests.push(({ request }) => header(request.rawHeaders, "user-agent")?.includes(userAgent) ?? false);
  if (accessKeyId !== undefined) tests.push((asked) => asked.accessKeyId === accessKeyId);
  if (principal !== undefined) {
    const matches = wildcardTest(parsePattern(principal));
    tests.push((asked) => asked.principal !== undefined && matches(asked.principal));
  }
  return (asked) => tests.every((test) => test(asked));
}

function pathTest(wanted: string): Test {
  const matches = /[*?]/.test(wanted) ? wildcardTest(parsePattern(wanted)) : (path: string) => path.startsWith(wanted);
  return ({ face, request }) => matches(face === "imds" ? metadataPath(request) : (request.target.split("?")[0] ?? ""));
}

/** However it is written: IMDS forgives double slashes, escapes and the like. */
function metadataPath({ target }: HttpRequest): string {
  const segments = segmentsOf(target);
  return segments === undefined ? target : `/${segments.join("/")}`;
}
