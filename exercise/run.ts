// How does an exercise go on? The programs run in real time, and now and then all clocks leap: to the next step of the scenario, over
// idle hours, and in short leaps around each expiry, until every program has gone through its rotations.

import { parseDuration } from "../clock/duration.ts";
import { machineTime, pause } from "../clock/real-time.ts";
import { ControlError, type Controls } from "../control/controls.ts";
import { playOf, type ScenarioPlay, type ScenarioStep } from "../control/scenario.ts";
import type { ExerciseProgress } from "./exercise.ts";
import { type LeapingServer, LeapPatience, leapAll } from "./leaping.ts";
import type { ClockKind } from "./observation.ts";
import { leapSeconds } from "./pace.ts";
import { type Part, Participant, type ParticipantParts } from "./participant.ts";
import type { Patience } from "./rotation-watch.ts";

export interface RunOptions {
  /** Of the simulation that they are in. Its clock runs in real time, and is moved by nobody else. */
  readonly controls: Controls;
  now(): number;
  readonly underWay: Pick<LeapingServer, "isAnswering" | "answeredAt">;
  readonly participants: readonly ParticipantParts[];
  readonly clock: ClockKind;
  readonly steps: readonly ScenarioStep[];
  readonly rotations: number;
  /** The most simulated seconds in a real one, at least 1. */
  readonly speed: number;
  readonly onProgress: (progress: ExerciseProgress) => void;
  readonly signal: AbortSignal | undefined;
}

const MINUTE = 60_000;
const PATIENCE: Readonly<Record<ClockKind, Patience>> = {
  // Longer than any service sleeps between two calls: more than a set of credentials lives.
  warped: { renewalMilliseconds: 30 * MINUTE, silenceMilliseconds: 390 * MINUTE },
  real: { renewalMilliseconds: 2 * MINUTE, silenceMilliseconds: 15 * MINUTE },
};

/** So long a program may take to its first call before the clocks leap for the first time: a JVM starts slowly. */
const START_MILLISECONDS = 30_000;
/** How often we look while no clock leaps. */
const LOOK_MILLISECONDS = 20;

/**
 * Runs until each program has ended or was ended; tells how their parts ended, in their order. Rejects with what a step of the scenario met, or why a clock cannot be moved; then
 * programs may still run.
 */
export function runExercise(options: RunOptions): Promise<readonly Part[]> {
  return new Run(options).play();
}

class Run {
  readonly #options: RunOptions;
  readonly #participants: readonly Participant[];
  readonly #play: ScenarioPlay;
  readonly #patience = new LeapPatience();
  readonly #beganAt: number;
  readonly #beganRealAt = machineTime.now();
  /** When faults begin and end. */
  #edges: readonly number[] = [];
  #steppedAt: number;
  #isOver = false;

  constructor(options: RunOptions) {
    const { participants, clock, rotations, steps, signal, now } = options;
    this.#options = options;
    this.#beganAt = now();
    this.#steppedAt = this.#beganAt;
    const surroundings = {
      ...{ patience: PATIENCE[clock], rotations, now },
      isInterrupted: () => this.#isOver || signal?.aborted === true,
      tell: (event: string, at: number) => this.#tell(event, at),
    };
    this.#participants = participants.map((participant) => new Participant(participant, surroundings));
    this.#play = playOf(this.#controls(), { steps }, this.#beganAt, signal);
  }

  async play(): Promise<readonly Part[]> {
    const following = new AbortController();
    const followed = this.#follow(following.signal);
    try {
      await this.#noteFaults();
      while (this.#isGoing) await this.#goOnOrTakeStep();
      for (const participant of this.#playing) participant.end("interrupted");
      const parts = await Promise.all(this.#participants.map(({ part }) => part));
      await pause(0); // what came last is in the log
      await this.#noteFaults();
      return parts;
    } finally {
      this.#isOver = true;
      following.abort();
      await followed;
    }
  }

  get #playing(): readonly Participant[] {
    return this.#participants.filter(({ isPlaying }) => isPlaying);
  }

  get #isGoing(): boolean {
    return this.#playing.length > 0 && this.#options.signal?.aborted !== true;
  }

  get #happenedAt(): number {
    const now = this.#options.now();
    return Math.max(this.#steppedAt, ...this.#edges.filter((edge) => edge <= now));
  }

  /** The beginning or end of a fault, unless something else comes before; undefined where nothing is to come. */
  #nextAt(other: number | undefined): number | undefined {
    const now = this.#options.now();
    const next = Math.min(other ?? Number.POSITIVE_INFINITY, ...this.#edges.filter((edge) => edge > now));
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for await (const entry of this.#options.controls.followRequests({ after: 0 }, signal))
      if ("sequence" in entry) for (const participant of this.#participants) participant.take(entry);
  }

  async #goOnOrTakeStep(): Promise<void> {
    const due = this.#play.nextAt;
    if (due === undefined || this.#options.now() < due) await this.#goOn(due);
    else await this.#takeStep();
    this.#look();
  }

  async #takeStep(): Promise<void> {
    try {
      const report = await this.#play.take();
      for (const participant of this.#participants) participant.noteStep(report);
      this.#steppedAt = this.#options.now();
      await this.#noteFaults();
      this.#tell(report.did, Date.parse(report.at));
    } catch (problem) {
      if (this.#options.signal?.aborted !== true) throw problem;
    }
  }

  async #noteFaults(): Promise<void> {
    const reports = await this.#options.controls.faults.list();
    for (const participant of this.#participants) participant.noteFaults(reports);
    this.#edges = reports.flatMap(({ from, until }) => [from, until ?? from].map((edge) => Date.parse(edge)));
  }

  #look(): void {
    const isAllOver = this.#nextAt(this.#play.nextAt) === undefined;
    for (const participant of this.#playing) participant.look(this.#happenedAt, isAllOver);
  }

  /** Lets some time pass, but not beyond an instant. */
  async #goOn(limit: number | undefined): Promise<void> {
    const seconds = await this.#nextLeapSeconds(limit);
    if (seconds === 0) await pause(LOOK_MILLISECONDS);
    else await this.#leap(seconds, (text) => this.#options.controls.clock.advance(text));
    this.#tell(undefined, this.#options.now());
  }

  async #nextLeapSeconds(limit: number | undefined): Promise<number> {
    const { clock, speed } = this.#options;
    const now = this.#options.now();
    if (clock === "real" || speed === 1 || (await this.#isStarting())) return 0;
    const happenedAt = this.#happenedAt;
    const leap = leapSeconds({
      now,
      expiries: this.#playing.flatMap(({ expiresAt }) => expiresAt ?? []),
      happenedAt,
      nextAt: this.#nextAt(limit),
      isUnsettled: happenedAt > this.#beganAt && this.#playing.some((one) => !one.isSettledSince(happenedAt)),
    });
    return Math.min(leap, Math.floor(speed));
  }

  async #isStarting(): Promise<boolean> {
    if (machineTime.now() - this.#beganRealAt >= START_MILLISECONDS) return false;
    for (const one of this.#playing) if (await one.isStarting()) return true;
    return false;
  }

  /** Resolves to the seconds that were leapt, which may be fewer. */
  async #leap(seconds: number, move: (duration: string) => Promise<unknown>): Promise<number> {
    const { underWay, speed } = this.#options;
    const began = machineTime.now();
    const programs = this.#playing.flatMap((one) => one.leaping ?? []);
    const server = { ...underWay, advance: (some: number) => move(`${some}s`) };
    const leapt = await leapAll(programs, server, seconds, this.#patience);
    await pause(Math.max(0, (leapt / speed) * 1000 - (machineTime.now() - began)));
    return leapt;
  }

  /** The verbs of a scenario's steps: those that move the clock move all of them, and who names no instance means all programs'. */
  #controls(): Controls {
    const { controls } = this.#options;
    const { clock } = controls;
    const travel = async (duration: string) => {
      const until = this.#options.now() + parseDuration(duration);
      while (this.#isGoing && this.#options.now() < until) {
        await this.#goOn(until);
        this.#look();
      }
      return clock.read();
    };
    const jump = async (duration: string) => {
      let seconds = Math.round(parseDuration(duration) / 1000);
      while (seconds > 0) seconds -= await this.#leap(seconds, (text) => clock.jump(text));
      return clock.read();
    };
    const set = () => Promise.reject(new ControlError(400, "an exercise has a pace of its own: leave out speed"));
    const act: Controls["act"] = async (action, request) => {
      if (request?.instance !== undefined) return controls.act(action, request);
      const all = this.#participants.map(({ instanceId }) => ({ ...request, instance: instanceId }) as typeof request);
      const [first, ...others] = all;
      const report = await controls.act(action, first);
      for (const other of others) await controls.act(action, other);
      return report;
    };
    return { ...controls, clock: { read: clock.read, advance: travel, jump, set }, act };
  }

  #tell(event: string | undefined, now: number): void {
    const progress = { now, elapsedSeconds: (now - this.#beganAt) / 1000 };
    this.#options.onProgress(event === undefined ? progress : { ...progress, event });
  }
}
