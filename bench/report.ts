// How is it told? Tables for people.

import type { FirstReads } from "./fleet.ts";
import type { Outcome, Ratio } from "./measure.ts";
import type { StartFigure } from "./start.ts";
import type { Spread } from "./statistics.ts";

export interface Report {
  readonly node: string;
  readonly processor: string;
  readonly comparisons: readonly Outcome[];
  readonly firstReads?: FirstReads;
  readonly starts?: readonly StartFigure[];
  readonly notes: readonly string[];
}

const whole = (figure: number) => Math.round(figure).toLocaleString("en");
const three = (figure: number) => (figure >= 100 ? whole(figure) : figure.toPrecision(3));
const quartiles = ({ lowerQuartile, upperQuartile }: Spread, write: (figure: number) => string) =>
  `${write(lowerQuartile)} to ${write(upperQuartile)}`;

export function reportText({ node, processor, comparisons, firstReads, starts, notes }: Report): string {
  const parts = [
    `Node ${node}, ${processor}. Figures of one run compare with each other, not with those of another run.`,
  ];
  for (const outcome of comparisons) parts.push(outcomeText(outcome));
  if (firstReads) parts.push(firstReadsText(firstReads));
  if (starts) parts.push(startsText(starts));
  for (const note of notes) parts.push(`Note: ${note}.`);
  return `${parts.join("\n\n")}\n`;
}

function outcomeText({ title, figures, ratios, notes }: Outcome): string {
  const head = [title, "per CPU s: best", "median", "quartiles", "per s", "p50 ms", "p99 ms", "RSS MiB"];
  const rows = figures.map(({ name, requestsByCpuSecond: spread, ...figure }) => [
    ...[name, whole(spread.best), whole(spread.median), quartiles(spread, whole), whole(figure.requestsBySecond)],
    ...[three(figure.p50Milliseconds), three(figure.p99Milliseconds)],
    `${whole(figure.residentMebibytesBefore)} to ${whole(figure.residentMebibytesAfter)}`,
  ]);
  return [table([head, ...rows]), ...ratios.map(ratioText), ...notes.map((note) => `! ${note}`)].join("\n");
}

function ratioText({ of, to, spread, ofBest, atLeast }: Ratio): string {
  const figures = `${three(spread.median)} (quartiles ${quartiles(spread, three)}; best rounds ${three(ofBest)})`;
  if (atLeast === undefined) return `${of} / ${to}: ${figures}`;
  return `${of} / ${to}: ${figures}, target ${three(atLeast)}: ${spread.median >= atLeast ? "met" : "MISSED"}`;
}

function firstReadsText({ title, microsecondsOfCpu, ...memory }: FirstReads): string {
  const { residentMebibytesBefore: before, residentMebibytesAfter: after } = memory;
  return `${title}: ${whole(microsecondsOfCpu)} µs of CPU each; RSS ${whole(before)} to ${whole(after)} MiB`;
}

function startsText(starts: readonly StartFigure[]): string {
  const head = ["spawn to first credentials", "ms: median", "quartiles", "CPU ms: median", "RSS MiB"];
  const rows = starts.map(({ name, milliseconds, cpuMilliseconds, residentMebibytes }) => [
    ...[name, whole(milliseconds.median), quartiles(milliseconds, whole)],
    ...[whole(cpuMilliseconds.median), whole(residentMebibytes)],
  ]);
  return table([head, ...rows]);
}

/** As in Markdown, which is readable as it is; the first row is the head, figures stand at the right. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const written = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [written(head), `| ${rule.join(" | ")} |`, ...rows.map(written)].join("\n");
}
