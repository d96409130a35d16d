// How is somebody else's server run beside a simulation? On a port of its own, and again on the same one after it was ended.

import { type ChildProcess, spawn } from "node:child_process";
import { freePort, stop, takesConnections } from "../../bench/servers.ts";

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
    }
  }

  async stop(): Promise<void> {
    if (this.#child) await stop(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
