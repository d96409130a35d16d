// What does the laboratory keep? All that was measured, as JSON: docs/sdk-refresh.md is written of it alone.

import type { Figures } from "./figures.ts";

/** Whether a client came through, and the names of the checks that failed. */
export interface Outcome {
  readonly outcome: Figures["outcome"];
  readonly failed: readonly string[];
}

export interface Cell {
  readonly client: string;
  readonly scenario: string;
  /** Absent where it was not run, with the reason. */
  readonly figures?: Figures;
  readonly reason?: string;
  /** How it came out when it was run again. */
  readonly repeated?: Outcome;
}

export interface LabColumn {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly workers: number;
  readonly pauseSeconds: number;
  readonly isIsolated: boolean;
}

export interface LabScenario {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly expected: string;
}

export interface BehaviourResult {
  readonly id: string;
  readonly title: string;
  readonly client: string;
  readonly version: string;
  readonly scenario: string;
  readonly expect: string;
  readonly sources: readonly string[];
  readonly isReproduced?: boolean;
  /** Whether it showed when it was run again. */
  readonly isRepeated?: boolean;
  readonly seen: string;
}

export interface Matrix {
  /** The day of the last run, and the version of Mayfly. */
  readonly date: string;
  readonly mayflyVersion: string;
  readonly clients: readonly LabColumn[];
  readonly scenarios: readonly LabScenario[];
  readonly cells: readonly Cell[];
  readonly behaviours: readonly BehaviourResult[];
}

/** Of that client under that scenario. */
export const cellAt = (cells: readonly Cell[], at: Pick<Cell, "client" | "scenario">): Cell | undefined =>
  cells.find(({ client, scenario }) => client === at.client && scenario === at.scenario);

export const outcomeOf = ({ outcome, failed }: Figures): Outcome => ({
  outcome,
  failed: failed.map(({ name }) => name),
});

/** A cell that was run, and run again. */
type RepeatedCell = Cell & Required<Pick<Cell, "figures" | "repeated">>;

/** Those with another verdict the second time. */
export function differing({ cells }: Matrix): readonly RepeatedCell[] {
  return cells.filter((cell): cell is RepeatedCell => {
    const { figures, repeated } = cell;
    return figures !== undefined && repeated !== undefined && !isAlike(outcomeOf(figures), repeated);
  });
}

const isAlike = (one: Outcome, other: Outcome) =>
  one.outcome === other.outcome && [...one.failed].sort().join() === [...other.failed].sort().join();

/** The same matrix, with how its cells and behaviours came out when they were run again. */
export function withRepeated(before: Matrix, again: readonly Cell[], results: readonly BehaviourResult[]): Matrix {
  const cells = before.cells.map((cell) => {
    const { figures } = cellAt(again, cell) ?? {};
    return figures && cell.figures ? { ...cell, repeated: outcomeOf(figures) } : cell;
  });
  const behaviours = before.behaviours.map((behaviour) => {
    const { isReproduced } = results.find(({ id }) => id === behaviour.id) ?? {};
    return isReproduced === undefined ? behaviour : { ...behaviour, isRepeated: isReproduced };
  });
  return { ...before, cells, behaviours };
}

export const EMPTY: Matrix = { date: "", mayflyVersion: "", clients: [], scenarios: [], cells: [], behaviours: [] };

/** What was run again takes the place of what was there; clients, scenarios and behaviours that are no longer here go. */
export function merged(before: Matrix, now: Matrix): Matrix {
  const cells = now.clients.flatMap(({ name: client }) =>
    now.scenarios.map(({ name: scenario }) => {
      const at = { client, scenario };
      return cellAt(now.cells, at) ?? cellAt(before.cells, at) ?? { ...at, reason: "it has not been run" };
    }),
  );
  const behaviours = now.behaviours.map((behaviour) =>
    behaviour.isReproduced === undefined
      ? (before.behaviours.find(({ id }) => id === behaviour.id) ?? behaviour)
      : behaviour,
  );
  return { ...now, cells, behaviours };
}
