// How is the simulation driven over HTTP? An Express application over the verbs of Controls; errors are one JSON line.

import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { writable } from "../network/answer.ts";
import { ControlError, type Controls } from "./controls.ts";
import { type GuardOptions, guard } from "./guard.ts";
import type { MetricsText } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { parsed } from "./parse.ts";
import { JSON_TYPE, NDJSON_TYPE, type Route, routes } from "./routes.ts";
import { signInPage, sourceAddressOf } from "./sign-in-page.ts";

export interface ControlAppOptions extends GuardOptions {
  readonly version: string;
  ready(): boolean;
  /** The answer to a scrape of Prometheus. */
  metrics(): Promise<MetricsText>;
  /** Told of what should never happen; the client gets a plain 500. */
  readonly onProblem: (problem: unknown) => void;
}

/** Largest JSON body: a configuration with thousands of policies fits. */
const BODY_LIMIT = "8mb";

function handler(controls: Controls, route: Route) {
  const types = [...(route.json ? [JSON_TYPE] : []), ...(route.lines ? [NDJSON_TYPE] : [])];
  return async (request: Request, response: Response): Promise<void> => {
    const sent = route.method === "get" ? request.query : (request.body ?? {});
    const given = route.path.includes("{") ? { ...sent, ...request.params } : sent;
    const parameters = parsed(route.parameters, given) as never;
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    if (route.lines && (!route.json || request.accepts(types) === NDJSON_TYPE))
      return sendLines(response, route.lines(controls, parameters, gone.signal));
    const answer = await route.json?.(controls, parameters, gone.signal, sourceAddressOf(request));
    if (answer === undefined) response.status(204).end();
    else response.json(answer);
  };
}

/** One line of JSON for each, as fast as the client takes them. */
async function sendLines(response: Response, lines: AsyncIterable<unknown>): Promise<void> {
  response.type(NDJSON_TYPE).flushHeaders();
  if (response.req.method === "HEAD") return void response.end();
  for await (const line of lines) {
    if (response.destroyed) return;
    if (!response.write(`${JSON.stringify(line)}\n`)) await writable(response);
  }
  response.end();
}

/** The status and the line for whatever went wrong; undefined for a fault of ours. */
function explained(problem: unknown): readonly [number, string] | undefined {
  if (problem instanceof ControlError) return [problem.status, problem.message];
  const { type, status } = problem as { type?: string; status?: number };
  if (type === "entity.parse.failed") return [400, "the body is not JSON"];
  if (type === "entity.too.large") return [413, `the body is larger than ${BODY_LIMIT}`];
  return status !== undefined && status < 500 ? [status, (problem as Error).message] : undefined;
}

/** `/faults/{id}` in Express's way. */
const expressPath = (path: string) => path.replace(/\{(\w+)\}/g, ":$1");

/** The whole control API; see `routes` and `GET /openapi.json`. */
export function controlApp(controls: Controls, options: ControlAppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  // Health is for probes that know neither a name nor a token.
  app.get("/health", (_, response) => void response.json({ status: "ok" }));
  app.get(
    "/ready",
    (_, response) => void response.status(options.ready() ? 200 : 503).json({ ready: options.ready() }),
  );
  app.use("/sign-in", signInPage(controls, options));
  app.use(guard(options));
  app.use(express.json({ limit: BODY_LIMIT, strict: false }));
  app.get("/openapi.json", (_, response) => void response.json(openApiDocument(options.version)));
  app.get("/metrics", async (_, response) => {
    const { contentType, text } = await options.metrics();
    response.set("Content-Type", contentType).send(text);
  });
  for (const route of routes) app[route.method](expressPath(route.path), handler(controls, route));
  app.use((request: Request) => {
    throw new ControlError(404, `no ${request.method} ${request.path} here; GET /openapi.json lists what there is`);
  });
  app.use((problem: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const [status, error] = explained(problem) ?? [500, "internal error"];
    if (status >= 500) options.onProblem(problem);
    if (response.headersSent) response.destroy();
    else response.status(status).json({ error });
  });
  return app;
}
