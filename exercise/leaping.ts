// How do the clocks of the programs and of the simulation leap as one? All programs stand, the simulation's clock moves on, all go on.

import { machineTime, pause } from "../clock/real-time.ts";
import { leapTogether, type WarpedProcess } from "../clock/warp/warp.ts";

/** The simulation's side. */
export interface LeapingServer {
  /** Has it not answered a request yet? */
  isAnswering(): boolean;
  /** Is a client about to try again what it was refused? */
  isTrying(): Promise<boolean>;
  /** When the last answer went out, in real epoch milliseconds. */
  answeredAt(): number;
  /** Moves its clock forward. */
  advance(): Promise<unknown>;
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
/**
 * So long a program may need to take an answer up. A leap before that would be felt: whoever waits with a time limit for another thread to
 * do it finds the time over first. Those that ask without a pause are waited for a little longer only.
 */
const TAKEN_UP_MILLISECONDS = 20;
const PATIENCE_MILLISECONDS = 100;
/** So many turns of the event loop bring in what the programs sent before they stood still, through a relay too. */
const TURNS = 3;

/**
 * Leaps so many whole seconds, as soon as no request is under way. Programs that have ended meanwhile are left out; where all have,
 * nothing may have happened. Rejects with what `advance` met.
 */
export async function leapAll(
  programs: readonly WarpedProcess[],
  { isAnswering, isTrying, answeredAt, advance }: LeapingServer,
  seconds: number,
): Promise<void> {
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
  const isTakingUp = () => {
    const now = machineTime.now();
    return now - answeredAt() < TAKEN_UP_MILLISECONDS && now - began < PATIENCE_MILLISECONDS;
  };
  const isInMidst = async () => machineTime.now() - began < LONGEST_ANSWER_MILLISECONDS && (await isTrying());
  let moving: Promise<unknown> | undefined;
  const meanwhile = async () => {
    for (let turn = 0; turn < TURNS; turn++) await pause(0);
    if (!(await answered(SHORT_ANSWER_MILLISECONDS))) return false;
    if (isTakingUp() || (await isInMidst())) return false;
    moving = advance();
    await moving;
    return true;
  };
  let isOver = false;
  while (!isOver) {
    await answered(LONGEST_ANSWER_MILLISECONDS);
    while (isTakingUp()) await pause(LOOK_MILLISECONDS);
    if (await isInMidst()) {
      await pause(TRY_LOOK_MILLISECONDS);
      continue;
    }
    isOver = await leapTogether(programs, seconds, meanwhile, STILL).catch(() => true);
  }
  await moving;
}
