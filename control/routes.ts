// Which paths has the control API? One row each; Express, the OpenAPI document and the commands' client follow from it.

import { z } from "zod";
import { REFRESHING_CLIENTS } from "../credential-rotator/refresh-rules.ts";
import { faultSchema, type WrittenFault } from "../faults/table.ts";
import { type InstanceActionName, instanceActions } from "../instances/actions/table.ts";
import { advanceToRefresh } from "./advance-to-refresh.ts";
import type { DroppedRequests } from "./await-requests.ts";
import type { Controls } from "./controls.ts";
import { ExpectationError, querySchema, type Verdict } from "./expectation.ts";
import { explanationQuery } from "./explanation.ts";
import { awaitedSchema, expectationSchema, requestQuery } from "./request-controls.ts";
import type { RequestQuery } from "./request-log.ts";
import type { RequestEntry } from "./request-record.ts";

export const JSON_TYPE = "application/json";
/** https://github.com/ndjson/ndjson-spec */
export const NDJSON_TYPE = "application/x-ndjson";

const text = z.string().min(1);

/** How a route answers; one that has both asks the Accept header. The signal tells that the client has gone. */
export interface Answers<Parameters> {
  /** The JSON of a 200; undefined makes it a 204. */
  json?(controls: Controls, parameters: Parameters, signal: AbortSignal, sourceAddress: string): Promise<unknown>;
  /** What NDJSON has one line for, as far as it has come. */
  lines?(controls: Controls, parameters: Parameters, signal: AbortSignal): AsyncIterable<unknown>;
}

export interface Route extends Answers<never> {
  readonly method: "get" | "post" | "patch" | "put" | "delete";
  /** A segment in braces is a parameter: `/faults/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** What the path, with the query string (GET) or the JSON body, may hold. */
  readonly parameters: z.ZodObject;
  /** What they are like, where they are checked elsewhere, in the words of the configuration. */
  readonly described?: z.ZodType;
}

function route<Parameters extends z.ZodObject>(
  method: Route["method"],
  path: string,
  summary: string,
  parameters: Parameters,
  answers: Answers<z.infer<Parameters>> | NonNullable<Answers<z.infer<Parameters>>["json"]>,
): Route {
  return { method, path, summary, parameters, ...(typeof answers === "function" ? { json: answers } : answers) };
}

/** Those that are kept, after how many are not. */
async function* exported(controls: Controls, query: RequestQuery): AsyncGenerator<RequestEntry | DroppedRequests> {
  const { requests, dropped } = await controls.requests(query);
  if (dropped > 0) yield { dropped };
  yield* requests;
}

/** An expectation that does not hold is an answer, too. */
async function verdictOf(judged: Promise<Verdict>): Promise<Verdict> {
  try {
    return await judged;
  } catch (problem) {
    if (problem instanceof ExpectationError) return problem.verdict;
    throw problem;
  }
}

const nothing = z.strictObject({});
const duration = z.strictObject({ duration: text.describe("how far, such as 7h, 90s or 1h30m") });
const clockChange = z.strictObject({
  speed: z.number().min(0).max(1_000_000).optional().describe("simulated seconds in a real second"),
  paused: z.boolean().optional(),
});
const environmentQuery = z.strictObject({
  instance: text.optional(),
  user: text.optional(),
  task: text.optional().describe("of ECS"),
  pod: text.optional().describe("of podIdentity"),
  isolated: z.stringbool().optional().describe("in a network of its own"),
});
const target = z.strictObject({ instance: text.optional().describe("name or id; the only instance when absent") });
const refresh = target.extend({ client: z.enum(REFRESHING_CLIENTS).describe("whose rule counts") });
const doors = target.extend({ container: z.boolean().optional().describe("on no instance, but in a container") });
const counted = z.strictObject({ instance: text.optional().describe("name or id; all that ever asked when absent") });
export const signInForm = z.strictObject({
  userName: text.optional(),
  password: text.optional(),
  ticket: text.optional().describe("of the step before, instead of name and password"),
  mfaCode: text.optional(),
  newPassword: text.optional().describe("where one is asked for"),
});
const mfaDevice = z.strictObject({ device: text.describe("serial number, or the name of its user") });
const faultId = z.strictObject({ id: text.describe("as POST /faults answers it") });
const rotation = z.strictObject({ instance: text.optional().describe("name or id; all instances when absent") });

/** Their parameters are read where the instance is known: a duration that was read is no text any more. */
const actions = Object.entries(instanceActions).map(([name, { summary, parameters }]) => ({
  ...route("post", `/instances/${name}`, summary, z.looseObject({}), (controls, request) =>
    controls.act(name as InstanceActionName, request as never),
  ),
  described: (parameters as z.ZodObject).extend({ instance: target.shape.instance }),
}));

export const routes: readonly Route[] = [
  route("get", "/state", "the account, its instances, roles, users and buckets", nothing, (controls) =>
    controls.state(),
  ),
  route("get", "/clock", "the simulated and the real instant, and the speed", nothing, (controls) =>
    controls.clock.read(),
  ),
  route("patch", "/clock", "set the speed, pause or go on", clockChange, (controls, change) =>
    controls.clock.set(change),
  ),
  route("post", "/clock/advance", "move on, passing through everything on the way", duration, (controls, move) =>
    controls.clock.advance(move.duration),
  ),
  route(
    "post",
    "/clock/advance-to-refresh",
    "move on to where the next call of a client asks for new credentials, by those that its instance was served last",
    refresh,
    (controls, { client, instance }) => advanceToRefresh(controls, client, { instance }),
  ),
  route("post", "/clock/jump", "move on at once, as a laptop that was suspended", duration, (controls, move) =>
    controls.clock.jump(move.duration),
  ),
  route("post", "/rotate", "renew the credentials of one instance or of all, now", rotation, (controls, { instance }) =>
    controls.rotate(instance),
  ),
  ...actions,
  route("get", "/requests", "the last requests at IMDS, the AWS endpoints and those of containers", requestQuery, {
    json: (controls, query) => controls.requests(query),
    lines: exported,
  }),
  route("get", "/requests/stream", "the requests from now on, or after a sequence number, as they come", querySchema, {
    lines: (controls, query, signal) => controls.followRequests(query, signal),
  }),
  route(
    "post",
    "/requests/expect",
    "whether the requests so far are as expected",
    expectationSchema,
    (controls, expectation) => verdictOf(controls.expect(expectation)),
  ),
  route(
    "post",
    "/requests/wait",
    "the same as soon as they are, or at the timeout",
    awaitedSchema,
    (controls, { timeout, ...expectation }, signal) => verdictOf(controls.waitFor(expectation, { timeout, signal })),
  ),
  route("get", "/counters", "what instances asked of IMDS, as counts", counted, (controls, { instance }) =>
    controls.counters(instance),
  ),
  route("post", "/explain", "why a request was allowed or denied, or would be", explanationQuery, (controls, query) =>
    controls.explain(query),
  ),
  route("get", "/announcements", "credentials issued, renewed and expired", nothing, (controls) =>
    controls.announcements(),
  ),
  route(
    "get",
    "/environment",
    "the environment of a program on an instance, in a task or a pod, or with a user's key",
    environmentQuery,
    (controls, query) => controls.environment(query),
  ),
  route("get", "/certificates", "what verifies identity documents and TLS names, as PEM", nothing, (controls) =>
    controls.certificates(),
  ),
  route("post", "/sign-in", "sign in to the console, as far as what is given leads", signInForm, {
    json: (controls, request, _signal, sourceAddress) => controls.signIn(request, sourceAddress),
  }),
  route("get", "/mfa-code", "the code that an MFA device shows", mfaDevice, (controls, { device }) =>
    controls.mfaCode(device),
  ),
  route("get", "/configuration", "the world of this moment as a configuration", nothing, (controls) =>
    controls.export(),
  ),
  route("post", "/doors", "open what a program in a network of its own is led to", doors, (controls, query) =>
    controls.openDoors(query),
  ),
  {
    ...route(
      "post",
      "/faults",
      "raise a fault, written as in the configuration",
      z.looseObject({}),
      (controls, written) => controls.faults.raise(written as WrittenFault),
    ),
    described: faultSchema,
  },
  route("get", "/faults", "the faults that are raised, and how often each struck", nothing, (controls) =>
    controls.faults.list(),
  ),
  route("delete", "/faults/{id}", "end a fault", faultId, (controls, { id }) => controls.faults.clear(id)),
  route("delete", "/faults", "end all faults", nothing, (controls) => controls.faults.clear()),
  route(
    "post",
    "/reset",
    "objects, rotations, faults and the request log as the configuration says",
    nothing,
    (controls) => controls.reset(),
  ),
  route(
    "put",
    "/configuration",
    "a whole new configuration, checked before anything changes",
    z.looseObject({}),
    (controls, configuration) => controls.configure(configuration),
  ),
  route(
    "patch",
    "/configuration",
    "change parts of the configuration in force, by a merge patch (RFC 7396)",
    z.looseObject({}),
    (controls, patch) => controls.patchConfiguration(patch),
  ),
];
