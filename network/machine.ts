// What can this machine's network do for us? What `mayfly doctor` tells, found out by trying.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import type { Endpoint } from "./endpoint.ts";
import { describe, NetworkError } from "./failure.ts";
import { setHopLimit } from "./hop-limit.ts";
import { createServer } from "./http.ts";
import { UNSHARE } from "./isolation/isolated-program.ts";
import { openServer } from "./server.ts";

export interface MachineFact {
  readonly name: string;
  readonly able: boolean;
  /** What was seen, in a few words. */
  readonly detail: string;
  readonly neededFor: string;
}

const execute = promisify(execFile);

/** Tries each thing once, leaves nothing behind, and never rejects. */
export function examineMachine(): Promise<readonly MachineFact[]> {
  return Promise.all([
    attempt("IPv6 loopback", "[::1] for instances with httpProtocolIpv6 enabled", () => bind({ host: "::1", port: 0 })),
    attempt("port 80", "listening as 169.254.169.254 does", () => bind({ host: "127.0.0.1", port: 80 })),
    attempt("network namespaces", "mayfly exec --isolated, without root", unshare),
    attempt("koffi", "hop limits, networks of one's own, moving a client's clock", loadKoffi),
    attempt("hop limit", "httpPutResponseHopLimit as the IP TTL of packets", limitHops),
  ]);
}

async function attempt(name: string, neededFor: string, tryIt: () => Promise<string>): Promise<MachineFact> {
  try {
    return { name, able: true, detail: await tryIt(), neededFor };
  } catch (error) {
    return { name, able: false, detail: describe(error).message.split("\n")[0] ?? "", neededFor };
  }
}

async function bind(endpoint: Endpoint): Promise<string> {
  try {
    const listener = await openServer(createServer(), endpoint);
    await listener.close();
  } catch (error) {
    // That somebody listens there tells that one may.
    if (error instanceof NetworkError && error.code === "EADDRINUSE") return "can be bound, but is in use now";
    throw error;
  }
  return "can be bound";
}

async function unshare(): Promise<string> {
  try {
    await execute("unshare", [...UNSHARE, "true"], { timeout: 5_000 });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    throw new Error(code === "ENOENT" ? "there is no command unshare here" : stderr?.trim() || describe(error).message);
  }
  return "can be made";
}

async function limitHops(): Promise<string> {
  const server = createServer();
  const listener = await openServer(server, { host: "127.0.0.1", port: 0 });
  const socket = connect(listener.port, listener.host);
  try {
    await once(socket, "connect");
    if (!setHopLimit(socket, 1)) throw new Error("the option cannot be set on a socket here");
  } finally {
    socket.destroy();
    await listener.close();
  }
  return "can be set";
}

async function loadKoffi(): Promise<string> {
  const { default: koffi } = await import("koffi");
  return `version ${koffi.version} loads`;
}
