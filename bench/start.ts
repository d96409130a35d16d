// How soon is it there, and what does it weigh? From the spawn to the first credentials, and resident memory before and after work.

import type { Client, HttpAnswer } from "./client.ts";
import { getCredentials, putToken, ROLES } from "./imds.ts";
import { cpuSeconds, residentMebibytes } from "./process-figures.ts";
import { bare, installed, mayfly, metadataMock, moto, type Program, start } from "./servers.ts";
import { type Spread, spreadOf } from "./statistics.ts";

export interface StartFigure {
  readonly name: string;
  /** From the spawn to the first credentials; best is the largest, so read the quartiles. */
  readonly milliseconds: Spread;
  readonly cpuMilliseconds: Spread;
  readonly residentMebibytes: number;
}

interface Start {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  readonly residentMebibytes: number;
}

/** How long a node takes that answers at once: the share of it that is none of ours. */
const EMPTY: HttpAnswer = {
  status: 200,
  statusText: "OK",
  rawHeaders: ["Content-Length", "2", "Connection", "close"],
  body: "{}",
};

/** So many starts of each in turn, after one that fills the page cache and is not counted. */
export async function compareStarts(
  client: Client,
  starts: number,
  note: (text: string) => void,
): Promise<StartFigure[]> {
  const programs = [bare(EMPTY), mayfly(), ...installed([metadataMock, moto], note)];
  const all = new Map(programs.map(({ name }) => [name, [] as Start[]]));
  for (let i = 0; i <= starts; i++) {
    for (const program of programs) {
      const figure = await startOnce(client, program);
      if (i > 0) all.get(program.name)?.push(figure);
    }
  }
  return [...all].map(([name, figures]) => ({
    name,
    milliseconds: spreadOf(figures.map(({ milliseconds }) => milliseconds)),
    cpuMilliseconds: spreadOf(figures.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    residentMebibytes: spreadOf(figures.map((figure) => figure.residentMebibytes)).median,
  }));
}

async function startOnce(client: Client, program: Program): Promise<Start> {
  const before = performance.now();
  await using server = await start(program);
  const [token] = (await client.ask(server.port, [putToken()])) as [HttpAnswer];
  await client.ask(server.port, [getCredentials(ROLES[server.name] ?? "any", token.body)]);
  return {
    milliseconds: performance.now() - before,
    cpuMilliseconds: cpuSeconds(server.pid) * 1000,
    residentMebibytes: residentMebibytes(server.pid),
  };
}
