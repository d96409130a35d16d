// How are the lives of credentials drawn? One bar a key over the hours of the demonstration.

export interface KeyLife {
  readonly accessKeyId: string;
  readonly from: number;
  readonly to: number;
}

const WIDTH = 56;
const HOUR = 3_600_000;

/** Lines: an axis in hours, then a bar for each key; `now` is marked. All instants in epoch milliseconds. */
export function drawTimeline(lives: readonly KeyLife[], start: number, now: number): string[] {
  const end = Math.max(now, ...lives.map(({ to }) => to));
  const column = (at: number) => Math.round(((at - start) / (end - start)) * WIDTH);
  const axis = Array<string>(WIDTH + 4).fill(" ");
  for (let at = start; at <= end; at += 2 * HOUR) {
    const label = `${Math.round((at - start) / HOUR)}h`;
    axis.splice(column(at), label.length, ...label);
  }
  const bars = lives.map(({ accessKeyId, from, to }) => {
    const bar = `${" ".repeat(column(from))}${"█".repeat(Math.max(1, column(to) - column(from)))}`;
    const marked = [...bar.padEnd(WIDTH + 1)];
    marked[column(now)] = marked[column(now)] === "█" ? "▓" : "│";
    return `  ${accessKeyId}  ${marked.join("").trimEnd()}${to <= now ? "  refused" : ""}`;
  });
  return [
    `  ${" ".repeat(20)}  ${axis.join("").trimEnd()}`,
    ...bars,
    `  ${" ".repeat(20)}  ${" ".repeat(column(now))}▲ now`,
  ];
}
