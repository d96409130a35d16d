// Who is compared? Mayfly, a bare listener of node:http, and the peers: how each is started, and where it is found.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import type { HttpAnswer } from "./client.ts";

export interface Server extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
}

/** How a server is started on these ports of 127.0.0.1; the second one is only for those that need two. */
export interface Program {
  readonly name: string;
  command(port: number, secondPort: number): readonly string[];
}

const root = join(import.meta.dirname, "..");
const clients = join(root, ".clients");

/** With the metadata service on the first port and the AWS endpoints on the second. */
export const mayfly = (configuration = join(root, "data", "mayfly.yaml"), name = "mayfly"): Program => ({
  name,
  command: (imds, aws) => [
    ...[process.execPath, join(root, "bin", "mayfly.js"), "up", "--config", configuration],
    ...["--imds", `127.0.0.1:${imds}`, "--aws", `127.0.0.1:${aws}`, "--control", "127.0.0.1:0"],
  ],
});

/** Answers everything with these very bytes. */
export const bare = ({ status, statusText, rawHeaders, body }: HttpAnswer): Program => ({
  name: "bare node:http",
  command: (port) => {
    const reply = { port, status, statusText, rawHeaders, body: Buffer.from(body, "latin1").toString("base64") };
    return [process.execPath, join(import.meta.dirname, "bare.js"), JSON.stringify(reply)];
  },
});

/** https://github.com/aws/amazon-ec2-metadata-mock, in its strictest mode. */
export const metadataMock: Program = {
  name: "ec2-metadata-mock 1.13.0",
  command: (port) => [
    join(clients, "go", "bin", "ec2-metadata-mock"),
    ...["--imdsv2", "--hostname", "127.0.0.1", "--port", String(port)],
  ],
};

/** https://github.com/getmoto/moto */
export const moto: Program = {
  name: "moto 5.2.1",
  command: (port) => [join(clients, "python", "bin", "moto_server"), "-H", "127.0.0.1", "-p", String(port)],
};

/** The peers among these that are installed; of the others it says so. */
export function installed(peers: readonly Program[], note: (text: string) => void): Program[] {
  return peers.filter(({ name, command }) => {
    const isThere = existsSync(command(0, 0)[0] as string);
    if (!isThere) note(`${name} is left out: it is not installed (scripts/install-clients.sh installs it)`);
    return isThere;
  });
}

/** Starts it, and resolves when it takes connections. Throws when it ends before. */
export async function start({ name, command }: Program): Promise<Server & { readonly secondPort: number }> {
  const [port, secondPort] = [await freePort(), await freePort()];
  const [file = "", ...words] = command(port, secondPort);
  const child = spawn(file, words, { stdio: "ignore", env: ownEnvironment() });
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  while (!(await takesConnections(port))) if (ended) throw new Error(`${name} did not start: ${words.join(" ")}`);
  return { name, pid: child.pid as number, port, secondPort, [Symbol.asyncDispose]: () => stop(child) };
}

/** MAYFLY_* variables of the caller's shell would change what is measured. */
const ownEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MAYFLY_")));

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Waits two milliseconds after a no. */
export function takesConnections(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => resolve(true)).on("error", () => setTimeout(resolve, 2, false));
  return promise.finally(() => socket.destroy());
}
