// How is the control API described? As OpenAPI 3.1, written from the table of routes.

import { z } from "zod";
import { JSON_TYPE, NDJSON_TYPE, type Route, routes } from "./routes.ts";

const failure = {
  description: "refused, with one line that says why",
  content: {
    "application/json": { schema: { type: "object", required: ["error"], properties: { error: { type: "string" } } } },
  },
};

function parameters({ parameters, path }: Route) {
  return Object.entries(parameters.shape).map(([name, schema]) => {
    const { $schema, ...described } = z.toJSONSchema(schema as z.ZodType, { io: "input" });
    const inPath = path.includes(`{${name}}`);
    return { name, in: inPath ? "path" : "query", required: inPath, schema: described };
  });
}

/** What a 200 may be. */
const contentOf = ({ json, lines }: Route) => ({
  ...(json && { [JSON_TYPE]: { schema: {} } }),
  ...(lines && { [NDJSON_TYPE]: { schema: {} } }),
});

function operation(route: Route) {
  const { $schema, ...schema } = z.toJSONSchema(route.described ?? route.parameters, { io: "input" });
  const hasBody = route.method !== "get" && route.method !== "delete";
  return {
    summary: route.summary,
    operationId: `${route.method}${route.path.replaceAll(/[{}]/g, "").replace(/(^|\/)(\w)/g, (_, _slash, letter: string) => letter.toUpperCase())}`,
    ...(hasBody ? { requestBody: { content: { "application/json": { schema } } } } : { parameters: parameters(route) }),
    responses: { 200: { description: "done", content: contentOf(route) }, default: failure },
  };
}

/** The document of `GET /openapi.json`. https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(version: string) {
  const paths: Record<string, Record<string, unknown>> = {
    "/health": {
      get: { summary: "the process lives", operationId: "getHealth", responses: { 200: { description: "it does" } } },
    },
    "/ready": {
      get: {
        summary: "every listener answers",
        operationId: "getReady",
        responses: { 200: { description: "it does" }, 503: { description: "not yet" } },
      },
    },
    "/metrics": {
      get: {
        summary: "the metrics of all of it, for Prometheus",
        operationId: "getMetrics",
        responses: { 200: { description: "in its text format", content: { "text/plain": { schema: {} } } } },
      },
    },
  };
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return { openapi: "3.1.0", info: { title: "Mayfly control API", version }, paths };
}
