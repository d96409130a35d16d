// What is one program's part in an exercise? It runs, is seen, goes through its rotations, and ends by itself or is ended.

import { machineTime } from "../clock/real-time.ts";
import type { Activity } from "../clock/warp/warp.ts";
import type { FaultReport } from "../control/controls.ts";
import type { RequestEntry } from "../control/request-record.ts";
import type { StepReport } from "../control/scenario.ts";
import { AskingSpell, nextTrySeconds } from "./asking-spell.ts";
import { isAccepted } from "./checks/check.ts";
import type { LeapingProgram } from "./leaping.ts";
import type { Ending, KeyLife } from "./observation.ts";
import { endProgram, type StartedProgram } from "./program.ts";
import { type KeysInUse, type Patience, RotationWatch } from "./rotation-watch.ts";
import { seenOf } from "./seen.ts";

/** What is seen of a program as it happens; instants simulated, in epoch milliseconds. */
export interface Watch {
  /** Takes an entry of the log; answers whether it is this program's. */
  take(entry: RequestEntry): boolean;
  /** The newest keys that sign its calls. */
  readonly newestInUse: KeyLife | undefined;
  readonly lastRequestAt: number | undefined;
  /** The faults that are raised at that instant. */
  noteFaults(reports: readonly FaultReport[], now: number): void;
  noteStep(report: StepReport): void;
}

/** How its part ended, and when. */
export interface Part {
  readonly ending: Ending;
  readonly endedAt: number;
}

export interface ParticipantParts {
  readonly name: string;
  readonly instanceId: string;
  readonly program: StartedProgram;
  readonly watch: Watch;
}

interface Surroundings {
  readonly patience: Patience;
  readonly rotations: number;
  now(): number;
  /** Has whoever had it exercised ended that? */
  isInterrupted(): boolean;
  /** Hears what has happened, in a few words, and when. */
  tell(event: string, at: number): void;
}

export class Participant {
  readonly instanceId: string;
  readonly program: StartedProgram;
  readonly #watch: Watch;
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #startedAt: number;
  readonly #rotations: RotationWatch;
  #keys: KeysInUse | undefined;
  #part: Promise<Part> | undefined;
  readonly #asking = new AskingSpell();
  #hasCalled = false;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY; // in real time

  constructor({ name, instanceId, program, watch }: ParticipantParts, surroundings: Surroundings) {
    this.instanceId = instanceId;
    this.program = program;
    this.#watch = watch;
    this.#name = name;
    this.#surroundings = surroundings;
    this.#startedAt = surroundings.now();
    this.#rotations = new RotationWatch(this.#startedAt, surroundings.patience);
    this.#awaitExit();
  }

  #awaitExit(): void {
    const exited = this.program.exited.then((exitCode): Part => {
      const { isInterrupted, now } = this.#surroundings;
      // Ctrl-C on a terminal reaches the program as well as us.
      const isEarly = this.isPlaying && !isInterrupted();
      if (isEarly) this.#tell(`ended with status ${exitCode}`);
      return { ending: isEarly ? { kind: "early", exitCode } : { kind: "interrupted" }, endedAt: now() };
    });
    const settle = () => {
      this.#part ??= exited;
    };
    exited.then(settle, settle);
  }

  /** Until it has ended, or is being ended. */
  get isPlaying(): boolean {
    return this.#part === undefined;
  }

  /** Resolves once it has ended. Rejects where its clock could not be moved. */
  get part(): Promise<Part> {
    return this.#part ?? Promise.reject(new Error(`${this.#name} has not ended`));
  }

  take(entry: RequestEntry): void {
    if (!this.#watch.take(entry)) return;
    const request = seenOf(entry);
    this.#answeredAt = machineTime.now();
    this.#asking.take(request, this.#answeredAt);
    if (request.purpose !== "call") return;
    this.#hasCalled = true;
    if (isAccepted(request)) this.#acceptedAt = request.at;
  }

  /** Is its first call still to come? One that rests after it has asked for keys was given none, and would call much later. */
  async isStarting(): Promise<boolean> {
    if (this.#hasCalled) return false;
    return this.#watch.lastRequestAt === undefined || nextTrySeconds(await this.#activity()) !== undefined;
  }

  /** Where its clock leaps. A leap between two tries of one renewal would end that. */
  get leaping(): LeapingProgram | undefined {
    const { warped } = this.program;
    if (!warped) return undefined;
    const { now } = this.#surroundings;
    return {
      warped,
      answeredAt: () => this.#answeredAt,
      nextTrySeconds: async () =>
        this.#asking.isTrying(now(), machineTime.now()) ? nextTrySeconds(await this.#activity()) : undefined,
    };
  }

  /** Undefined where its clock is not moved, or when it has ended. */
  async #activity(): Promise<Activity | undefined> {
    return this.program.warped?.activity().catch(() => undefined);
  }

  noteFaults(reports: readonly FaultReport[]): void {
    this.#watch.noteFaults(reports, this.#surroundings.now());
  }

  noteStep(report: StepReport): void {
    this.#watch.noteStep(report);
  }

  /** When the newest of its role's keys expire that it has signed a call with; undefined before it did. */
  get expiresAt(): number | undefined {
    return this.#watch.newestInUse?.expiresAt;
  }

  /** Was a call of it accepted since? */
  isSettledSince(instant: number): boolean {
    return this.#acceptedAt >= instant;
  }

  /** Looks how far it has come; ends it when nothing more is to be seen of it, where all that was to happen has happened. */
  look(happenedAt: number, isAllOver: boolean): void {
    const now = this.#surroundings.now();
    const { newestInUse: keys, lastRequestAt } = this.#watch;
    const before = this.#rotations.completed;
    this.#tellNewKeys();
    this.#rotations.look({ now, keys, lastRequestAt, happenedAt });
    const { completed, isGivenUp } = this.#rotations;
    if (completed > before) this.#tell(`rotation ${completed} of ${this.#surroundings.rotations} is over`);
    if (!this.isPlaying || !isAllOver) return;
    const isThrough = completed >= this.#surroundings.rotations && this.#hasRecovered(happenedAt, now);
    if (isThrough || isGivenUp) this.end(this.#isSilent(now) ? "silent" : "asked");
  }

  /** Whether a call was accepted since, or is no longer waited for: of a program that asks for nothing for longer. */
  #hasRecovered(happenedAt: number, now: number): boolean {
    const { renewalMilliseconds, silenceMilliseconds } = this.#surroundings.patience;
    const isHeard = (this.#watch.lastRequestAt ?? this.#startedAt) >= happenedAt;
    return this.isSettledSince(happenedAt) || now - happenedAt >= (isHeard ? renewalMilliseconds : silenceMilliseconds);
  }

  #isSilent(now: number): boolean {
    const since = this.#watch.lastRequestAt ?? this.#startedAt;
    return now - since >= this.#surroundings.patience.silenceMilliseconds;
  }

  #tellNewKeys(): void {
    const { newestInUse: keys } = this.#watch;
    const before = this.#keys;
    if (keys?.firstUsedAt === undefined || keys.accessKeyId === before?.accessKeyId) return;
    this.#keys = keys;
    const news = before && `new keys in use, ${distance(before.expiresAt - keys.firstUsedAt)} the others expired`;
    this.#tell(news ?? "its first call", keys.firstUsedAt);
  }

  /** Ends the program; `part` tells how it went. */
  end(kind: "asked" | "silent" | "interrupted"): void {
    this.#part = this.#endAs(kind);
    this.#part.catch(() => {}); // whoever asks for the part is told
  }

  async #endAs(kind: "asked" | "silent" | "interrupted"): Promise<Part> {
    const silence = kind === "silent" ? await this.#silence() : undefined;
    const exit = await endProgram(this.program);
    const ending = silence ?? (kind === "asked" ? { kind, ...exit } : { kind: "interrupted" as const });
    return { ending, endedAt: this.#surroundings.now() };
  }

  /** Does it do nothing, or does it wait for a time that only passes in earnest? */
  async #silence(): Promise<Ending> {
    const activity = await this.#activity();
    const [timer] = activity?.unmovedTimers ?? [];
    return timer === undefined ? { kind: "hung" } : { kind: "unmoved-timer", timer };
  }

  #tell(event: string, at: number = this.#surroundings.now()): void {
    this.#surroundings.tell(`${this.#name}: ${event}`, at);
  }
}

/** `14 min before`, `3 s after`. */
function distance(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const amount =
    seconds >= 7200
      ? `${Math.floor(seconds / 3600)} h`
      : seconds >= 120
        ? `${Math.floor(seconds / 60)} min`
        : `${seconds} s`;
  return `${amount} ${milliseconds >= 0 ? "before" : "after"}`;
}
