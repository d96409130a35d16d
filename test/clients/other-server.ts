// How is somebody else's server run beside a simulation? On a port of its own, and again on the same one after it was ended.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export class OtherServer implements AsyncDisposable {
  readonly url: string;
  readonly #command: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number, command: readonly string[], env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}`;
    this.#command = command;
    this.#env = env;
    this.#port = port;
  }

  /** Starts it, on a free port of 127.0.0.1. */
  static async start(command: (port: number) => readonly string[], env = process.env): Promise<OtherServer> {
    const port = await freePort();
    const server = new OtherServer(port, command(port), env);
    await server.restart();
    return server;
  }

  /** Resolves when it takes connections. */
  async restart(): Promise<void> {
    const [file = "", ...words] = this.#command;
    const child = spawn(file, words, { stdio: "ignore", env: this.#env });
    this.#child = child;
    while (!(await takesConnections(this.#port))) {
      if (child.exitCode !== null) throw new Error(`${file} did not start`);
      await pause(50);
    }
  }

  async stop(): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
