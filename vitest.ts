// How does a Vitest test get a world of its own? A `test` with fixtures: `import { test } from "mayfly/vitest"`.

import { test as base } from "vitest";
import { parseDuration } from "./clock/duration.ts";
import { moveOwnDate } from "./clock/own-date.ts";
import { advanceToRefresh } from "./control/advance-to-refresh.ts";
import type { ActionTarget, ClockReport, Environment, EnvironmentQuery } from "./control/controls.ts";
import { namesLike } from "./control/environment.ts";
import type { RefreshingClient } from "./credential-rotator/refresh-rules.ts";
import { simulate } from "./simulate.ts";
import type { Simulation, SimulationOptions } from "./simulation.ts";

/** Moves the simulation's clock and this process's own Date at once, so that clients in it believe in the same time. */
export interface SharedClock {
  /** Epoch milliseconds of simulated time. */
  now(): number;
  /** Moves both on by a duration such as "5h46m". What sleeps on a timer sleeps on. */
  advance(duration: string): Promise<ClockReport>;
  /** Moves both to where the next call of that client asks for new keys; as `advanceToRefresh`, with its errors. */
  advanceToRefresh(client: RefreshingClient, target?: ActionTarget): Promise<ClockReport>;
}

export interface SimulationFixtures {
  /** What the world of each test is made of; `test.override({ simulationOptions: … })` for others. */
  simulationOptions: SimulationOptions;
  /** Where this process is: on the only instance unless overridden. */
  place: EnvironmentQuery;
  /** A world of the test's own, from before it to its end. */
  simulation: Simulation;
  /** While the test runs, process.env is that of a program there. It is one for the process: not for tests that run at once. */
  environment: Environment;
  /** For clients in this process; not for tests that run at once. */
  clock: SharedClock;
}

/** Vitest's `test` with a world for each test: what a test names among its parameters is made for it, and ended after it. */
export const test = base.extend<SimulationFixtures>({
  simulationOptions: {},
  place: {},
  simulation: async ({ simulationOptions }, use) => {
    await using simulation = await simulate(simulationOptions);
    await use(simulation);
  },
  environment: async ({ simulation, place }, use) => {
    const environment = await simulation.environment(place);
    using _ = enter(environment);
    await use(environment);
  },
  clock: async ({ simulation }, use) => {
    using date = ownDate();
    await use(sharedClock(simulation, date.move));
  },
});

function enter({ variables, removed }: Environment): Disposable {
  const names = new Set([...namesLike(Object.keys(process.env), removed), ...Object.keys(variables)]);
  const before = Object.fromEntries([...names].map((name) => [name, process.env[name]]));
  const set = (values: Readonly<Record<string, string | undefined>>) => {
    for (const name of names) {
      if (values[name] === undefined) delete process.env[name];
      else process.env[name] = values[name];
    }
  };
  set(variables);
  return { [Symbol.dispose]: () => set(before) };
}

function ownDate(): Disposable & { move(milliseconds: number): void } {
  const before = globalThis.Date;
  const move = moveOwnDate();
  return {
    move,
    [Symbol.dispose]() {
      globalThis.Date = before;
    },
  };
}

function sharedClock({ clock, requests }: Simulation, moveDate: (milliseconds: number) => void): SharedClock {
  async function advance(duration: string): Promise<ClockReport> {
    const { paused } = await clock.read();
    // A simulation in this process reads its Date, too: running, it would come along by itself, and be twice as far.
    await clock.set({ paused: true });
    const report = await clock.advance(duration);
    moveDate(parseDuration(duration));
    return paused ? report : await clock.set({ paused: false });
  }
  return {
    now: () => clock.now(),
    advance,
    advanceToRefresh: (client, target) =>
      advanceToRefresh({ requests, clock: { read: clock.read, advance } }, client, target),
  };
}
