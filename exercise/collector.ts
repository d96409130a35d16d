// What has been seen of one program so far? Grows with the request log, and tells the run what it must know at once.

import type { FaultReport } from "../control/controls.ts";
import type { RequestEntry } from "../control/request-record.ts";
import type { StepReport } from "../control/scenario.ts";
import { byId, cameWhole, isSurvivable, type Spans, UNDER_WAY_MILLISECONDS, VAIN_MILLISECONDS } from "./asks.ts";
import { Bursts } from "./bursts.ts";
import { Folding } from "./folding.ts";
import { KeyLives } from "./key-lives.ts";
import type { ClockKind, Ending, FaultSpan, KeyLife, Observation, SeenRequest } from "./observation.ts";
import { roleKeysOf, seenOf } from "./seen.ts";
import { Stops } from "./stops.ts";

export interface CollectorOptions {
  readonly program: string;
  readonly instanceId: string;
  readonly clock: ClockKind;
  /** The simulated instant of its start. */
  readonly startedAt: number;
  /** Whether calls with keys that are no instance's are this program's, because there is no other. */
  readonly isAlone?: boolean;
  /** How many requests are kept one by one, the newest; older ones that are alike are folded. 5,000 unless given. */
  readonly kept?: number;
}

export class ObservationCollector {
  readonly #options: CollectorOptions;
  readonly #lives = new KeyLives();
  readonly #bursts = new Bursts();
  readonly #stops: Stops;
  readonly #steps: StepReport[] = [];
  readonly #folding: Folding;
  #faults: Spans = new Map();
  /** What Folding must not fold across; undefined when it has to be gathered anew. */
  #instants: readonly number[] | undefined;
  /** By their instants; the log tells of a request when it has been answered. */
  #recent: SeenRequest[] = [];
  #firstCallAt: number | undefined;
  #lastRequestAt: number | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#stops = new Stops({ faults: () => this.#faults, lives: () => this.#lives.all });
    this.#folding = new Folding({
      faults: () => this.#faults,
      life: (accessKeyId) => this.#lives.get(accessKeyId),
      instants: () => {
        this.#instants ??= this.#gatherInstants();
        return this.#instants;
      },
    });
  }

  /** The newest keys that have signed a call: when they expire, and whether they are others than before, is what a run goes by. */
  get newestInUse(): KeyLife | undefined {
    return this.#lives.newestInUse;
  }

  /** When the program last asked anybody for anything; undefined before it did. */
  get lastRequestAt(): number | undefined {
    return this.#lastRequestAt;
  }

  /** Takes an entry of the log, in its order; answers whether it is this program's. */
  take(entry: RequestEntry): boolean {
    if (!this.#isOwn(entry)) return false;
    const request = seenOf(entry);
    const keys = roleKeysOf(entry, request);
    const isServed = request.purpose === "credentials" && request.status === 200;
    if (keys !== undefined && (isServed || !this.#lives.has(keys.accessKeyId))) this.#instants = undefined;
    if (keys !== undefined && request.purpose === "call") this.#lives.used(keys, request);
    if (keys !== undefined && isServed) this.#lives.served(keys, request, cameWhole(request, this.#faults));
    if (request.purpose === "call") this.#firstCallAt = Math.min(request.at, this.#firstCallAt ?? request.at);
    this.#lastRequestAt = Math.max(request.at, this.#lastRequestAt ?? request.at);
    this.#keep(request);
    return true;
  }

  /** The faults that are raised now, those that strike this instance alone. Call it after each step. */
  noteFaults(reports: readonly FaultReport[], now: number): void {
    const raised = byId(reports.map(spanOf));
    const over = [...this.#faults.values()]
      .filter(({ id }) => !raised.has(id))
      .map((span) => ({ ...span, until: Math.min(now, span.until ?? now) }));
    this.#faults = new Map([...byId(over), ...raised]);
    this.#instants = undefined;
  }

  noteStep(report: StepReport): void {
    this.#steps.push(report);
    this.#instants = undefined;
  }

  /** All that was seen, once no more will come. */
  finish(endedAt: number, ending: Ending): Observation {
    const { program, instanceId, clock, startedAt } = this.#options;
    for (const request of this.#recent) this.#reckon(request);
    const { longest } = this.#stops;
    return {
      program,
      instanceId,
      clock,
      beganAt: this.#firstCallAt ?? startedAt,
      endedAt,
      requests: [...this.#folding.rows, ...this.#recent],
      bursts: this.#bursts.finish(),
      ...(longest && { longestStop: longest }),
      lives: this.#lives.all,
      faults: [...this.#faults.values()].filter(({ from }) => from <= endedAt).map((span) => endedBy(span, endedAt)),
      steps: this.#steps,
      ending,
    };
  }

  #isOwn({ face, instanceId, accessKeyId }: RequestEntry): boolean {
    if (face !== "imds" && face !== "aws") return false;
    if (instanceId !== undefined) return instanceId === this.#options.instanceId;
    if (face === "imds") return false;
    return this.#options.isAlone === true || (accessKeyId !== undefined && this.#lives.has(accessKeyId));
  }

  #gatherInstants(): readonly number[] {
    // Of refused connections the log knows nothing: their end is felt so long.
    const ofFaults = [...this.#faults.values()].flatMap(({ from, until }) =>
      until === undefined ? [from] : [from, until, until + VAIN_MILLISECONDS + 1],
    );
    const ofSteps = this.#steps.map(({ at }) => Date.parse(at));
    // Until then calls with older keys are taken for signed before these came.
    const ofLives = this.#lives.all.flatMap(({ expiresAt, firstServedAt }) =>
      firstServedAt === undefined ? [expiresAt] : [expiresAt, firstServedAt + UNDER_WAY_MILLISECONDS],
    );
    return [...ofFaults, ...ofSteps, ...ofLives];
  }

  #keep(request: SeenRequest): void {
    const { kept = 5_000 } = this.#options;
    const recent = this.#recent;
    let place = recent.length;
    while (place > 0 && (recent[place - 1] as SeenRequest).at > request.at) place--;
    recent.splice(place, 0, request);
    // Half of them at a time, so that the rest need not be moved for each.
    if (recent.length <= 2 * kept) return;
    for (const old of recent.splice(0, recent.length - kept)) {
      this.#reckon(old);
      this.#folding.take(old);
    }
  }

  #reckon(request: SeenRequest): void {
    this.#bursts.take(request);
    this.#stops.take(request);
  }
}

function spanOf({ id, fault, from, until }: FaultReport): FaultSpan {
  const { face } = fault;
  return {
    id,
    fault: fault.fault,
    ...(face !== undefined && { face }),
    ...(isSurvivable(fault) && { isSurvivable: true }),
    from: Date.parse(from),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}

/** A window that reaches beyond the end has no end that was seen. */
function endedBy(span: FaultSpan, endedAt: number): FaultSpan {
  const { until, ...open } = span;
  return until === undefined || until > endedAt ? open : span;
}
