// What does a container of an ECS task see at 169.254.170.2? The credentials of its task's role and metadata of its own, as the ECS
// agent answers: https://github.com/aws/amazon-ecs-agent/tree/master/ecs-agent/tmds

import type { CredentialRotator } from "../../credential-rotator/rotator.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../../network/message.ts";
import { badRequest, type GoReply, goTime, json, notFound, readTarget, written } from "../go-reply.ts";
import { rateLimit } from "../rate-limit.ts";
import { sessionFacts } from "../session-facts.ts";
import { containerMetadata, taskMetadata } from "./metadata.ts";
import { containerStats, taskStats } from "./stats.ts";
import type { Container, Task } from "./task.ts";
import type { Tasks } from "./tasks.ts";

export interface EcsParts {
  readonly tasks: Tasks;
  readonly rotator: CredentialRotator;
}

type Answer = GoReply | Promise<GoReply>;

/** The agent's defaults, for each pair of a caller's address and a path. */
const PER_SECOND = 40;
const BURST = 60;

export function createEcs(parts: EcsParts): HttpHandler {
  const limit = rateLimit(PER_SECOND, BURST);
  return (request) => {
    const target = readTarget(request.target);
    if (target === undefined) return badRequest;
    const { path, query } = target;
    const clean = cleanPath(path);
    if (clean !== path) return written(redirect(request.target, clean), request.at);
    if (!limit.allows(`${request.remoteAddress}|${path}`, request.realAt)) return counted(tooMany, request);
    const answer = route(parts, path, query, request.at);
    return answer instanceof Promise ? answer.then((made) => counted(made, request)) : counted(answer, request);
  };
}

/** As gorilla/mux does before anything else. */
function redirect(target: string, clean: string): GoReply {
  const query = target.includes("?") ? target.slice(target.indexOf("?")) : "";
  return { status: 301, headers: { Location: encodeURI(clean) + query }, body: "" };
}

/** Without empty segments and dots; a slash at its end stays. Go's path.Clean. */
function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${path.endsWith("/") && kept.length > 0 ? "/" : ""}`;
}

/** https://github.com/didip/tollbooth, which the agent limits rates with, says so in each answer. */
function counted(reply: GoReply, { at, remoteAddress, remotePort, rawHeaders }: HttpRequest): HttpReply {
  const forwarded = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === "x-forwarded-for");
  const headers = {
    ...reply.headers,
    "X-Rate-Limit-Duration": "1",
    "X-Rate-Limit-Limit": PER_SECOND.toFixed(2),
    "X-Rate-Limit-Request-Forwarded-For": forwarded < 0 ? "" : (rawHeaders[forwarded + 1] as string),
    "X-Rate-Limit-Request-Remote-Addr": remoteAddress.includes(":")
      ? `[${remoteAddress}]:${remotePort}`
      : `${remoteAddress}:${remotePort}`,
  };
  return written({ ...reply, headers }, at);
}

const tooMany: GoReply = {
  status: 429,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body: "You have reached maximum request limit.",
};

/** What a path of version 4 shows, by what comes after the id, and what it says where nobody has that id. */
const METADATA: Readonly<
  Record<string, readonly [unknown: string, show: (...of: [Task, Container, number]) => unknown]>
> = {
  "": [
    "V4 container metadata handler: unable to get container ID from request: unable to get docker ID",
    (task, container) => containerMetadata(task, container),
  ],
  "/task": [
    "V4 task metadata handler: unable to get task arn from request: unable to get task Arn",
    (task) => taskMetadata(task, false),
  ],
  "/taskWithTags": [
    "V4 task metadata handler: unable to get task arn from request: unable to get task Arn",
    (task) => taskMetadata(task, true),
  ],
  "/stats": [
    "V4 container stats handler: unable to get task arn from request: unable to get task Arn",
    (task, container, at) => containerStats(task, container, at),
  ],
  "/task/stats": [
    "V4 task stats handler: unable to get task arn from request: unable to get task Arn",
    (task, _, at) => taskStats(task, at),
  ],
};

function route(parts: EcsParts, path: string, query: URLSearchParams, at: number): Answer {
  if (path === "/v1/credentials") return credentials(parts, 1, query.get("id") ?? "", at);
  if (path.startsWith("/v2/credentials/")) return credentials(parts, 2, path.slice("/v2/credentials/".length), at);
  const [, id = "", rest = ""] = /^\/v4\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const row = path.startsWith("/v4/") && Object.hasOwn(METADATA, rest) ? METADATA[rest] : undefined;
  if (!row) return notFound();
  const [unknown, show] = row;
  const found = parts.tasks.byEndpointId(id);
  if (!found) return json(404, `${unknown} from v3 endpoint ID: ${id}`, { reason: "no container has that id" });
  return json(200, show(found.task, found.container, at));
}

/** The agent's errors; a task whose role ECS may not assume is one whose credentials have not come yet. */
function credentials({ tasks, rotator }: EcsParts, version: 1 | 2, id: string, at: number): Answer {
  const refuse = (status: number, code: string, message: string, reason?: string) =>
    json(
      status,
      { code, message: `CredentialsV${version}Request: ${message}`, HTTPErrorCode: status },
      { errorCode: code, ...(reason && { reason }) },
    );
  if (id === "") return refuse(400, "NoIdInRequest", "No Credential ID in the request");
  const recipient = tasks.byCredentialsId(id)?.recipient;
  if (!recipient) return refuse(400, "InvalidIdInRequest", "Credentials not found");
  const delivered = rotator.deliverToContainer(recipient, at);
  const answer = (made: Awaited<typeof delivered>): GoReply => {
    if (!made) {
      const reason = `ECS was unable to assume the role ${recipient.roleName}`;
      return refuse(503, "CredentialsUninitialized", "Credentials uninitialized for ID", reason);
    }
    const { accessKeyId, secretAccessKey, sessionToken, session } = made;
    return json(
      200,
      {
        RoleArn: session.roleArn,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: sessionToken,
        Expiration: goTime(session.expiresAt),
      },
      sessionFacts(made),
    );
  };
  return delivered instanceof Promise ? delivered.then(answer) : answer(delivered);
}
