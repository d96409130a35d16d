// How does a program get a network of its own, in which EC2's addresses lead to Mayfly? A process in namespaces of its own hands its
// listening sockets out to us and becomes the program; we relay what comes in there. No rights of root are needed.
// https://man7.org/linux/man-pages/man7/user_namespaces.7.html

import { type ChildProcess, execFile, spawn } from "node:child_process";
import type { Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import type { Server, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Endpoint } from "../endpoint.ts";
import { describe, NetworkError } from "../failure.ts";
import type { Cover } from "./covers.ts";
import { type Forward, forwardTo } from "./forward.ts";
import { answerNameQuery } from "./names.ts";
import type { Order, Report } from "./orders.ts";
import { addressesOf, type Destinations, type Place, placesOf, RESOLVER_ADDRESS } from "./places.ts";
import { relay, relayToMetadata } from "./relay.ts";

export interface IsolatedOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** All of the program's variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where Mayfly listens outside. */
  readonly doors: Destinations;
  readonly hopLimit: number;
  /** Whether the metadata service has its IPv6 address, too. */
  readonly ipv6: boolean;
  readonly covers: readonly Cover[];
  /** Ports at which services inside are reached from outside, at 127.0.0.1. */
  readonly forward: readonly number[];
  /** What becomes of the program's descriptors 0 to 2; they are ours unless given. */
  readonly stdio?: "inherit" | "pipe" | "ignore";
  /** Called when the process is there, and has not become the program yet. */
  readonly prepare?: (process: ChildProcess) => Promise<void>;
}

export interface IsolatedProgram extends AsyncDisposable {
  readonly process: ChildProcess;
  /** The program's exit code, or the signal that ended it. */
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

/** Options of unshare: as the user who calls, with all rights in the namespaces until it gives them up. */
export const UNSHARE = ["--map-current-user", "--keep-caps", "--net", "--mount", "--"];

const REMAINS =
  "What remains is mayfly exec without --isolated, or a container (README, As a sidecar); docs/network.md says what it takes";

const refused = (reason: string) =>
  new NetworkError("ENAMESPACE", `this machine gives a program no network of its own: ${reason}. ${REMAINS}`);

/**
 * Starts the program, with our input and output unless told otherwise; resolves once it runs. NetworkError ENAMESPACE in one line where the machine does not
 * allow it, and with the system's code where the program cannot be started. Dispose it when the program has ended.
 */
export async function startIsolated(options: IsolatedOptions): Promise<IsolatedProgram> {
  await requireNamespaces();
  const { stdio = "inherit" } = options;
  const child = spawn("unshare", [...UNSHARE, process.execPath, entry("inside")], {
    stdio: [stdio, stdio, stdio, "ipc"],
    cwd: options.directory,
  });
  const ended = once(child, "exit") as Promise<never>;
  ended.catch(() => {}); // that it could not be started is told by `settle`
  const outside = new Outside(child, options);
  try {
    await outside.settle();
    await options.prepare?.(child);
    await outside.letItBecome();
  } catch (error) {
    child.kill("SIGKILL");
    await outside[Symbol.asyncDispose]();
    throw error;
  }
  return { process: child, ended, [Symbol.asyncDispose]: () => outside[Symbol.asyncDispose]() };
}

const entry = (name: string): string =>
  fileURLToPath(new URL(`./${name}.${import.meta.filename.endsWith(".ts") ? "ts" : "js"}`, import.meta.url));

async function requireNamespaces(): Promise<void> {
  if (process.platform !== "linux") throw refused("only Linux has namespaces");
  try {
    await promisify(execFile)("unshare", [...UNSHARE, "true"], { timeout: 5_000 });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    throw refused(
      code === "ENOENT" ? "there is no command unshare (util-linux)" : stderr?.trim() || describe(error).message,
    );
  }
}

/** Our side of it: the sockets that were handed out, and what comes in there. */
class Outside implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #options: IsolatedOptions;
  readonly #places: readonly Place[];
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Socket>();
  readonly #forwards: Forward[] = [];
  #resolver: DatagramSocket | undefined;
  readonly #settled = Promise.withResolvers<void>();
  readonly #became = Promise.withResolvers<void>();

  constructor(child: ChildProcess, options: IsolatedOptions) {
    this.#child = child;
    this.#options = options;
    this.#places = placesOf(options);
    for (const { promise } of [this.#settled, this.#became]) promise.catch(() => {}); // whoever waits is told
    child.on("message", (report: Report, handle) => this.#hear(report, handle));
    // The channel closes as the process becomes the program, and also when it is killed: then it has ended, as programs do.
    child.on("disconnect", () => this.#became.resolve());
    child.on("exit", () => this.#settled.resolve());
    child.on("error", (error) => this.#settled.reject(refused(error.message)));
  }

  async settle(): Promise<void> {
    this.#tell({
      order: "settle",
      addresses: addressesOf(this.#places),
      listen: this.#places.map(({ host, port }) => ({ host, port })),
      resolver: { host: RESOLVER_ADDRESS, port: 53 },
      covers: this.#options.covers,
    });
    await this.#settled.promise;
    for (const port of this.#options.forward) {
      this.#forwards.push(await forwardTo(port, this.#child.pid as number, entry("forwarder")));
    }
  }

  async letItBecome(): Promise<void> {
    const { program, args, environment } = this.#options;
    this.#tell({ order: "become", program, args, environment });
    await this.#became.promise;
  }

  #tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order, () => {});
  }

  #hear(report: Report, handle: unknown): void {
    if (report.report === "listening") this.#serve(this.#places[report.index] as Place, handle as Server);
    else if (report.report === "resolver") this.#resolve(handle as DatagramSocket);
    else if (report.report === "settled") this.#settled.resolve();
    else {
      this.#settled.reject(refused(report.message));
      this.#became.reject(new NetworkError(report.code, report.message));
    }
  }

  #serve({ leadsTo }: Place, server: Server): void {
    const { doors, hopLimit } = this.#options;
    const door = doors[leadsTo] as Endpoint; // INVARIANT: only places that lead somewhere are listened at.
    this.#servers.push(Object.assign(server, { allowHalfOpen: true }));
    server.on("connection", (client) => {
      this.#connections.add(client.setNoDelay());
      client.on("close", () => this.#connections.delete(client));
      if (leadsTo === "imds") relayToMetadata(client, door, hopLimit);
      else relay(client, door);
    });
  }

  #resolve(socket: DatagramSocket): void {
    this.#resolver = socket.on("message", (query, { address, port }) => {
      const answer = answerNameQuery(query);
      if (answer) socket.send(answer, port, address);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const connection of this.#connections) connection.destroy();
    for (const forward of this.#forwards) forward.end();
    this.#resolver?.close();
    if (this.#child.connected) this.#child.disconnect();
  }
}
