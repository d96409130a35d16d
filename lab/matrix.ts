// What does the laboratory keep? All that was measured, as JSON: docs/sdk-refresh.md is written of it alone.

import type { Figures } from "./figures.ts";

export interface Cell {
  readonly client: string;
  readonly scenario: string;
  /** Absent where it was not run, with the reason. */
  readonly figures?: Figures;
  readonly reason?: string;
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
