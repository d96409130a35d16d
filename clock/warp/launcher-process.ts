// Where is the launcher? A process that we start when the first program needs it, and that runs all further ones too.

import { type ChildProcess, spawn } from "node:child_process";
import { extname } from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { type About, type Answer, byLines, CONTROL_DESCRIPTOR, type Order, type Run } from "./orders.ts";

const FILE = fileURLToPath(new URL(`./launcher${extname(import.meta.url)}`, import.meta.url));

/** A program's line to its launcher. */
export interface ControlLine {
  send(line: Run | Order): void;
}

export class LauncherProcess {
  readonly child: ChildProcess;
  readonly #control: Duplex & { ref(): void; unref(): void };
  readonly #listeners = new Map<number, (answer: Answer) => void>();
  #opened = 0;
  #isRunning = true;

  /** Its input and output are those of the programs that it starts. */
  constructor(stdio: "inherit" | "pipe") {
    // Its own environment is all but empty: NODE_OPTIONS and the like are meant for the programs.
    const { NODE_COMPILE_CACHE } = process.env;
    const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
    this.child = spawn(process.execPath, [FILE], { stdio: [stdio, stdio, stdio, "pipe"], env });
    this.#control = this.child.stdio[CONTROL_DESCRIPTOR] as never;
    this.#control.on("error", () => {}); // it is gone; that it has closed says so
    this.#control.on("close", () => this.#lose());
    const take = byLines<About<Answer>>(([program, answer]) => this.#pass(program, answer));
    this.#control.setEncoding("utf8").on("data", take);
    this.child.on("error", () => {}); // likewise
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Has it run one program more. Its answers come to `listen`, the last of them says how the program ended. */
  open(run: Run, listen: (answer: Answer) => void): ControlLine {
    const program = this.#opened++;
    this.#listeners.set(program, listen);
    this.#stayAlive();
    const send = (line: Run | Order) => this.#send([program, line]);
    send(run);
    return { send };
  }

  /** What is said in one turn comes as one piece, so that programs that leap together go on together. */
  #send(line: About<Run | Order>): void {
    if (this.#control.writableCorked === 0) {
      this.#control.cork();
      process.nextTick(() => this.#control.uncork());
    }
    this.#control.write(`${JSON.stringify(line)}\n`);
  }

  /** It ends by itself when this process does, or when it is closed. */
  close(): void {
    this.#control.destroy();
  }

  #pass(program: number, answer: Answer): void {
    const listen = this.#listeners.get(program);
    if ("exited" in answer || "failed" in answer) this.#listeners.delete(program);
    this.#stayAlive();
    listen?.(answer);
  }

  #lose(): void {
    this.#isRunning = false;
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    this.#stayAlive();
    for (const listen of listeners) listen({ failed: "the launcher of the program has ended" });
  }

  /** This process may end while no program runs, but not before. */
  #stayAlive(): void {
    for (const one of [this.child, this.#control]) {
      if (this.#listeners.size > 0) one.ref();
      else one.unref();
    }
  }
}

let shared: LauncherProcess | undefined;

/** The one that runs all programs of this process but those that want streams of their own. */
export function sharedLauncher(): LauncherProcess {
  if (!shared?.isRunning) shared = new LauncherProcess("inherit");
  return shared;
}
