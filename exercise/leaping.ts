// How do the clocks of the programs and of the simulation leap as one? All programs stand, the simulation's clock moves on, all go on.

import { machineTime, pause } from "../clock/real-time.ts";
import { leapTogether, type Standing, type WarpedProcess } from "../clock/warp/warp.ts";

/** A program's side. Instants are in real epoch milliseconds. */
export interface LeapingProgram {
  readonly warped: WarpedProcess;
  /** When it was answered the last time; long ago where it never was. */
  answeredAt(): number;
  /** In so many seconds it tries again what it was refused; 0 while it computes, undefined where it is not about to. */
  nextTrySeconds(): Promise<number | undefined>;
}

/** The simulation's side. */
export interface LeapingServer {
  /** Has it not answered a request yet? */
  isAnswering(): boolean;
  /** When the last answer went out, to whomever. */
  answeredAt(): number;
  /** Moves its clock forward by whole seconds. */
  advance(seconds: number): Promise<unknown>;
}

/** The server is asked whether it is answering, so that a program need not be still for long. */
const STILL = { stillSeconds: 0.03 };
/** A request that takes longer to be answered is leapt over: it is meant to take so long. */
const LONGEST_ANSWER_MILLISECONDS = 5_000;
/**
 * So long the programs stand for an answer that is on its way: they find it when they go on. For one that takes longer they run on, because
 * they may want to wait no longer themselves.
 */
const SHORT_ANSWER_MILLISECONDS = 50;
const LOOK_MILLISECONDS = 2;
/** So often we look what a client does that may try again. */
const TRY_LOOK_MILLISECONDS = 20;
/** A client that waits for so long until its next try wakes soon enough after a leap of one second; for a shorter wait we do. */
const SECOND_TO_NEXT_TRY = 0.7;
/** So long after it was answered it waits for its next try, and not for a thread of its own to take the answer up. */
const TRY_MILLISECONDS = 200;
/**
 * So long a program may need to take an answer up. A leap before that would be felt: whoever waits with a time limit for another thread to
 * do it finds the time over first. Those that ask without a pause are waited for a little longer only.
 */
const TAKEN_UP_MILLISECONDS = 10;
const PATIENCE_MILLISECONDS = 100;
const MOST_SURPRISES = 5;
/** At first a leap is put off so long for answers that lie ready; half of it each time that this was in vain. */
const PUT_OFF_MILLISECONDS = 2_000;
/** So many turns of the event loop bring in what the programs sent before they stood still, through a relay too. */
const TURNS = 3;

interface Allowed {
  readonly seconds: number;
  /** Whether a client's wait for its next try is leapt over, which may as well be waited out. */
  readonly isOfTry: boolean;
}

/** How far may be leapt? Over all of it, over one second of a client's wait for its next try, or not at all. */
async function allowedOf(programs: readonly LeapingProgram[], seconds: number): Promise<Allowed> {
  let isOfTry = false;
  for (const program of programs) {
    const nextTrySeconds = await program.nextTrySeconds();
    if (nextTrySeconds === undefined) continue;
    isOfTry = true;
    const answeredBefore = machineTime.now() - program.answeredAt();
    if (nextTrySeconds < SECOND_TO_NEXT_TRY || answeredBefore < TRY_MILLISECONDS) return { seconds: 0, isOfTry };
  }
  return { seconds: isOfTry ? 1 : seconds, isOfTry };
}

/** How long is a leap put off? One who asks without a pause always has an answer lie ready. */
export class LeapPatience {
  #milliseconds = PUT_OFF_MILLISECONDS;

  isLeft(began: number): boolean {
    return machineTime.now() - began < this.#milliseconds;
  }

  /** A leap comes now that was begun then. */
  ends(began: number): void {
    this.#milliseconds = this.isLeft(began) ? PUT_OFF_MILLISECONDS : this.#milliseconds / 2;
  }
}

/** Keeps since when each stands. */
class Stand {
  readonly #since = new Map<LeapingProgram, number>();

  of(program: LeapingProgram): Standing {
    this.#since.delete(program);
    return {
      stand: async (...how) => {
        const stood = await program.warped.stand(...how);
        this.#since.set(program, stood.since);
        return stood;
      },
    };
  }

  /** Does an answer lie ready that went out since? */
  isSurprised(program: LeapingProgram): boolean {
    return program.answeredAt() >= (this.#since.get(program) ?? Number.POSITIVE_INFINITY);
  }
}

/**
 * Leaps so many whole seconds, at least 1, as soon as no request is under way; only one of them where a program waits for its next try.
 * Resolves to those that were leapt. Programs that have ended meanwhile are left out; where all have, nothing may have happened.
 * Rejects with what `advance` met.
 */
export async function leapAll(
  programs: readonly LeapingProgram[],
  { isAnswering, answeredAt, advance }: LeapingServer,
  seconds: number,
  patience: LeapPatience,
): Promise<number> {
  const began = machineTime.now();
  const answered = async (longestMilliseconds: number) => {
    const askedAt = machineTime.now();
    while (isAnswering()) {
      const now = machineTime.now();
      if (now - began >= LONGEST_ANSWER_MILLISECONDS) return true;
      if (now - askedAt >= longestMilliseconds) return false;
      await pause(LOOK_MILLISECONDS);
    }
    return true;
  };
  const isTakingUp = () => machineTime.now() - answeredAt() < TAKEN_UP_MILLISECONDS;
  const isPatient = () => machineTime.now() - began < PATIENCE_MILLISECONDS;
  const allowed = async () =>
    machineTime.now() - began < LONGEST_ANSWER_MILLISECONDS
      ? allowedOf(programs, seconds)
      : { seconds, isOfTry: false };
  const stand = new Stand();
  let surprises = 0;
  let moving: Promise<unknown> | undefined;
  let leap: Allowed = { seconds, isOfTry: false };
  const meanwhile = async () => {
    for (let turn = 0; turn < TURNS; turn++) await pause(0);
    if (!(await answered(SHORT_ANSWER_MILLISECONDS))) return false;
    if (isTakingUp() && (leap.isOfTry || surprises++ < MOST_SURPRISES)) return false;
    const isSurprised = programs.some((program) => stand.isSurprised(program));
    if (isSurprised && (leap.isOfTry || patience.isLeft(began))) return false;
    const { seconds: stillAllowed, isOfTry } = await allowed();
    if (stillAllowed < leap.seconds || isOfTry !== leap.isOfTry) return false;
    if (!isOfTry) patience.ends(began);
    moving = advance(leap.seconds);
    await moving;
    return true;
  };
  let isOver = false;
  while (!isOver) {
    await answered(LONGEST_ANSWER_MILLISECONDS);
    while (isTakingUp() && isPatient()) await pause(LOOK_MILLISECONDS);
    leap = await allowed();
    if (leap.seconds === 0) {
      await pause(TRY_LOOK_MILLISECONDS);
      continue;
    }
    const standing = programs.map((program) => stand.of(program));
    isOver = await leapTogether(standing, leap.seconds, meanwhile, STILL).catch(() => true);
  }
  await moving;
  return leap.seconds;
}
