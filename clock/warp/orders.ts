// What do the launcher and the one who started it say to each other? Lines of JSON on a socket, the launcher's descriptor 3. Each is
// about one program.

export const CONTROL_DESCRIPTOR = 3;

/** A line, and the program that it is about: a number that whoever started the launcher has given it. */
export type About<Line> = readonly [program: number, line: Line];

/** The first line about a program: what to run. */
export type Run = { readonly clocks: Clocks } & (
  | {
      readonly command: string;
      readonly arguments: readonly string[];
      readonly directory: string;
      readonly environment: Readonly<Record<string, string | undefined>>;
      /** Its input and output: the launcher's, or none. */
      readonly stdio: "inherit" | "ignore";
    }
  /** A process that will become the program: it is warped from its next exec on. */
  | { readonly pid: number }
);

export interface Clocks {
  /** Whole seconds that the program's wall clock is ahead of the machine's at the start. */
  readonly aheadSeconds: number;
  /** Whether the monotonic clock is moved, too. */
  readonly monotonic: "moved" | "real";
}

/**
 * The lines after it, each sent when the one before has been answered; what is asked for its activity comes at any time, and so do signals,
 * which get no answer.
 * A leap takes two: the program stands still (before a leap of so many seconds), and then it leaps and goes on.
 */
export type Order =
  | {
      readonly stand: number;
      /** So long must a wait for descriptors have lasted that it is taken for no request under way. */
      readonly stillSeconds: number;
    }
  | { readonly leap: number }
  /** Goes on instead as if no time had passed since it was made to stand. */
  | { readonly resume: true }
  | { readonly tell: "activity" }
  | { readonly signal: NodeJS.Signals };

/** What a program does at an instant. */
export interface Activity {
  /** Whether any of its threads computes. */
  readonly isComputing: boolean;
  /** So many seconds from now, on its own clock, the earliest wait of its threads is over; absent when none ends by itself. */
  readonly nextDueSeconds?: number;
  /** The kinds of timers that it has and that do not move with its clock, such as `timer_create`. */
  readonly unmovedTimers: readonly string[];
}

/** What ends a program's part: its exit code, 128 + the signal's number after a signal, or why it could not be warped. */
export type End = { readonly exited: number } | { readonly failed: string };

/** It stands, since then: real epoch milliseconds. */
export interface Stands {
  readonly stands: number;
}

export type Answer = { readonly done: true } | Stands | { readonly activity: Activity } | End;

/** Cuts what comes in pieces into whole lines; returns the function that is given the pieces. */
export function byLines<Line>(take: (line: Line) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(JSON.parse(line));
  };
}
