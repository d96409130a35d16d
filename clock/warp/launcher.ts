// Runs programs whose clocks can leap: a process of its own, because whoever traces a program must always be there to answer.
//
// A program's clocks run at real speed, plus whole seconds that now and then leap forward. Two things make a leap felt:
//   Reading. Its calls of the vDSO go to stubs in a page of ours, which add the seconds (settle.ts).
//   Waiting. A hundred times a second, and less often while nothing moves, we look which threads wait in the kernel, and until when
//   (thread.ts). One that is due on the leapt clock is interrupted, and its system call is made to answer that the time is over (calls.ts).
// In between nothing is stopped and no system call is filtered: a busy program pays for its signals and new threads alone.

import { writeSync } from "node:fs";
import { birthOf, interruptReports, kill, nextReport, receive, tickEvery } from "./kernel.ts";
import { type About, type Answer, byLines, CONTROL_DESCRIPTOR, type Order, type Run } from "./orders.ts";
import type { Report } from "./report.ts";
import { startTraced } from "./start.ts";
import { TracedProgram } from "./traced-program.ts";

function answer(...line: About<Answer>): void {
  try {
    writeSync(CONTROL_DESCRIPTOR, `${JSON.stringify(line)}\n`);
  } catch {
    // Whoever started us is gone; the programs are told by a signal.
  }
}

class Launcher {
  /** Those that have not ended, by the numbers that they were given. */
  readonly #programs = new Map<number, TracedProgram>();
  /** Whose each thread is, also of programs that have ended. */
  readonly #owners = new Map<number, TracedProgram>();
  /** What threads have reported whose birth has not been told yet. */
  readonly #early = new Map<number, Report>();
  readonly #takeLines = byLines<About<Run | Order>>(([number, line]) => this.#takeLine(number, line));
  #tickMilliseconds = 0;
  #isOrdered = true;

  /** Runs until whoever started us is gone, and all programs have ended. */
  run(): void {
    // Ctrl-C reaches the programs as well as us, and we must see how they end.
    for (const signal of ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => {});
    interruptReports(CONTROL_DESCRIPTOR);
    while (this.#isOrdered || this.#isTracing) {
      this.#listen();
      this.#setTick();
      if (this.#isTracing) this.#hear(nextReport(-1));
    }
  }

  get #isTracing(): boolean {
    return this.#owners.size > 0 || this.#early.size > 0;
  }

  /** Waits for a line only where nothing else can come. */
  #listen(): void {
    if (!this.#isOrdered) return;
    const piece = receive(CONTROL_DESCRIPTOR, !this.#isTracing);
    if (piece !== undefined) this.#takeLines(piece);
    else {
      this.#isOrdered = false;
      this.#attendAll((program) => program.abandon());
    }
    if (piece === "") return;
    // None goes on before all have moved: one that runs may keep another, which has to make a call for us, from a processor.
    this.#attendAll((program) => program.prepare());
    this.#attendAll((program) => program.goOn());
  }

  #takeLine(number: number, line: Run | Order): void {
    const program = this.#programs.get(number);
    if ("clocks" in line) this.#start(number, line);
    else if (program?.hasEnded === false) this.#attend(program, () => program.obey(line)); // of another its end has been told
  }

  #start(number: number, run: Run): void {
    try {
      const pid = startTraced(run);
      const program = new TracedProgram(pid, run.clocks, (line) => answer(number, line));
      this.#programs.set(number, program);
      this.#owners.set(pid, program);
      answer(number, { done: true });
    } catch (error) {
      answer(number, { failed: (error as Error).message });
    }
  }

  #hear(report: Report | "interrupted" | "none"): void {
    if (report === "none") this.#loseAll();
    else if (report !== "interrupted") this.#pass(report);
    for (const [number, program] of this.#programs) {
      if (program.hasEnded) this.#programs.delete(number);
      else this.#attend(program, () => program.tick());
    }
    if (this.#programs.size === 0) for (const tid of this.#early.keys()) kill(tid); // their parents were killed before they told
  }

  /** Nobody is there: a thread that made itself the first of its process by exec does not tell its end. */
  #loseAll(): void {
    this.#owners.clear();
    this.#early.clear();
    for (const program of this.#programs.values()) program.end({ failed: "the program was lost" });
  }

  /** A child may report before its parent tells of it: until then nobody knows whose it is. */
  #pass(report: Report): void {
    const { tid } = report;
    const program = this.#owners.get(tid);
    if (report.kind === "ended") {
      this.#owners.delete(tid);
      this.#early.delete(tid);
    } else if (!program) this.#early.set(tid, report);
    if (!program) return;
    const child = report.kind === "stopped" && report.cause === "birth" ? birthOf(tid) : undefined;
    this.#attend(program, () => program.take(report));
    if (child !== undefined) this.#own(child, program);
  }

  #own(child: number, program: TracedProgram): void {
    this.#owners.set(child, program);
    const report = this.#early.get(child);
    this.#early.delete(child);
    if (report) this.#attend(program, () => program.take(report));
  }

  /** What goes wrong with one program ends that one alone. */
  #attend(program: TracedProgram, act: () => void): void {
    try {
      act();
    } catch (error) {
      program.end({ failed: (error as Error).message });
    }
  }

  #attendAll(act: (program: TracedProgram) => void): void {
    for (const program of this.#programs.values()) this.#attend(program, () => act(program));
  }

  #setTick(): void {
    let milliseconds = Number.POSITIVE_INFINITY;
    for (const { tickMilliseconds } of this.#programs.values()) milliseconds = Math.min(milliseconds, tickMilliseconds);
    if (milliseconds !== this.#tickMilliseconds) tickEvery(milliseconds);
    this.#tickMilliseconds = milliseconds;
  }
}

new Launcher().run();
process.exit(); // what is still traced ends with us
