// How do servers compare? Each does the same work in turn, round after round, so that whatever else the machine does meets all of
// them; what counts is requests by processor second of the server's own process, not by time on the wall.

import type { Client } from "./client.ts";
import type { WireRequest } from "./load.ts";
import { cpuSeconds, residentMebibytes } from "./process-figures.ts";
import { type Spread, spreadOf } from "./statistics.ts";

export interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly requests: readonly WireRequest[];
}

/** Two contenders to be set side by side, and what the first one must reach, if anything. */
export interface Pair {
  readonly of: string;
  readonly to: string;
  readonly atLeast?: number;
}

export interface Comparison {
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly connections: number;
  /** Whether each answer ends its connection. */
  readonly closes: boolean;
  /** Those with a contender that is not there are left out. */
  readonly pairs: readonly Pair[];
}

export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

export interface Figure {
  readonly name: string;
  readonly requestsByCpuSecond: Spread;
  /** Medians over the rounds. */
  readonly requestsBySecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Before the first round, and after the last. */
  readonly residentMebibytesBefore: number;
  readonly residentMebibytesAfter: number;
}

/** How much one does of what another does for the same processor time: of the pairs of one round each. */
export interface Ratio extends Pair {
  readonly spread: Spread;
  /** Of the best rounds: the figure that other work on the machine disturbs least. */
  readonly ofBest: number;
}

export interface Outcome {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly ratios: readonly Ratio[];
  readonly notes: readonly string[];
}

interface Round {
  readonly byCpuSecond: number;
  readonly bySecond: number;
  readonly p50: number;
  readonly p99: number;
}

const WARM_UP_ROUNDS = 2;

/** Every other round goes in the opposite order. The first ones warm up and are not counted. */
export async function compare(client: Client, comparison: Comparison, { rounds, seconds }: Effort): Promise<Outcome> {
  const { contenders, title } = comparison;
  const before = contenders.map(({ pid }) => residentMebibytes(pid));
  const all = new Map(contenders.map(({ name }) => [name, [] as Round[]]));
  const failures = new Map<string, number>();
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) {
      const { measured, failed } = await measure(client, contender, comparison, seconds);
      if (round >= 0) all.get(contender.name)?.push(measured);
      for (const [why, count] of Object.entries(failed)) {
        const key = `${contender.name} failed: ${why}`;
        failures.set(key, (failures.get(key) ?? 0) + count);
      }
    }
  }
  return {
    title,
    figures: contenders.map(({ name, pid }, i) => ({
      name,
      ...summary(all.get(name) as Round[]),
      residentMebibytesBefore: before[i] as number,
      residentMebibytesAfter: residentMebibytes(pid),
    })),
    ratios: comparison.pairs.flatMap((pair) => ratioOf(pair, all)),
    notes: [...failures].map(([why, count]) => `${why} (${count} times)`),
  };
}

async function measure(
  client: Client,
  { pid, port, requests }: Contender,
  { connections, closes }: Comparison,
  seconds: number,
): Promise<{ measured: Round; failed: Readonly<Record<string, number>> }> {
  const [cpuBefore, before] = [cpuSeconds(pid), performance.now()];
  const report = await client.run({ port, requests, connections, closes, seconds });
  const [cpu, wall] = [cpuSeconds(pid) - cpuBefore, (performance.now() - before) / 1000];
  const { answered, failures, p50Milliseconds, p99Milliseconds } = report;
  const measured = {
    byCpuSecond: answered / cpu,
    bySecond: answered / wall,
    p50: p50Milliseconds,
    p99: p99Milliseconds,
  };
  return { measured, failed: failures };
}

function summary(rounds: readonly Round[]) {
  const medianOf = (what: keyof Round) => spreadOf(rounds.map((round) => round[what])).median;
  return {
    requestsByCpuSecond: spreadOf(rounds.map(({ byCpuSecond }) => byCpuSecond)),
    requestsBySecond: medianOf("bySecond"),
    p50Milliseconds: medianOf("p50"),
    p99Milliseconds: medianOf("p99"),
  };
}

function ratioOf(pair: Pair, all: ReadonlyMap<string, readonly Round[]>): Ratio[] {
  const [upper, lower] = [all.get(pair.of), all.get(pair.to)];
  if (!upper || !lower) return [];
  const [ofUpper, ofLower] = [upper.map(({ byCpuSecond }) => byCpuSecond), lower.map(({ byCpuSecond }) => byCpuSecond)];
  return [
    {
      ...pair,
      spread: spreadOf(ofUpper.map((figure, round) => figure / (ofLower[round] as number))),
      ofBest: Math.max(...ofUpper) / Math.max(...ofLower),
    },
  ];
}
