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

export const outcomeOf = ({ outcome, failed }: Figures): Outcome => ({
  outcome,
  failed: failed.map(({ name }) => name),
});

/** Of the cells that were run, and run again: those with another verdict the second time. */
export function differing({ cells }: Matrix): readonly (Cell & Required<Pick<Cell, "figures" | "repeated">>)[] {
  return cells.filter((cell): cell is Cell & Required<Pick<Cell, "figures" | "repeated">> => {
    const { figures, repeated } = cell;
    return figures !== undefined && repeated !== undefined && !isAlike(outcomeOf(figures), repeated);
  });
}

const isAlike = (one: Outcome, other: Outcome) =>
  one.outcome === other.outcome && [...one.failed].sort().join() === [...other.failed].sort().join();

/** The same matrix, with how its cells and behaviours came out when they were run again. */
export function withRepeated(before: Matrix, again: readonly Cell[], results: readonly BehaviourResult[]): Matrix {
  const cells = before.cells.map((cell) => {
    const { figures } =
      again.find(({ client, scenario }) => client === cell.client && scenario === cell.scenario) ?? {};
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
      const isIt = (cell: Cell) => cell.client === client && cell.scenario === scenario;
      return now.cells.find(isIt) ?? before.cells.find(isIt) ?? { client, scenario, reason: "it has not been run" };
    }),
  );
  const behaviours = now.behaviours.map((behaviour) =>
    behaviour.isReproduced === undefined
      ? (before.behaviours.find(({ id }) => id === behaviour.id) ?? behaviour)
      : behaviour,
  );
  return { ...now, cells, behaviours };
}
