// Who may drive this simulation? Nobody by way of a web page, and beyond loopback only who knows the token that was printed.

import type { NextFunction, Request, Response } from "express";
import { isOwnHost } from "../network/host.ts";

export interface GuardOptions {
  /** Host names that the port answers to besides IP literals and localhost. */
  hosts(): readonly string[];
  /** Wanted as `Authorization: Bearer …` when present. */
  readonly token?: string;
  /** Compares in constant time; both texts may be of any length. */
  readonly sameText: (one: string, other: string) => boolean;
}

/** A page of another origin cannot send DELETE without asking first, so that one without a body needs no content type. */
const isReading = (request: Request) =>
  request.method === "GET" ||
  request.method === "HEAD" ||
  (request.method === "DELETE" && request.is("application/json") === null);

type Refusal = readonly [status: number, line: string] | undefined;

/** Does the request come by a name of ours, and from no page of somebody else's? */
export function strangeness(request: Request, { hosts }: Pick<GuardOptions, "hosts">): Refusal {
  const { host = "" } = request.headers;
  if (!isOwnHost(host, hosts())) {
    const name = JSON.stringify(host.replace(/:\d+$/, ""));
    return [421, `unknown Host ${name}: use an IP address or localhost, or add it to control.hosts`];
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${request.headers.host}`)
    return [403, `web pages of ${JSON.stringify(origin)} may not drive this simulation`];
  return undefined;
}

function refusal(request: Request, options: GuardOptions): Refusal {
  const { token, sameText } = options;
  const strange = strangeness(request, options);
  if (strange) return strange;
  if (!isReading(request) && !request.is("application/json")) return [415, "send Content-Type: application/json"];
  if (token !== undefined && !sameText(request.headers.authorization ?? "", `Bearer ${token}`))
    return [401, "send Authorization: Bearer with the token that was printed at the start"];
  return undefined;
}

/** Express middleware that refuses with one JSON line. */
export function guard(options: GuardOptions) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const refused = refusal(request, options);
    if (refused) response.status(refused[0]).json({ error: refused[1] });
    else next();
  };
}
