// How fast is Mayfly beside a listener that does nothing, and beside its peers? `npm run bench`, see docs/benchmarks.md.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { compareAuthorised } from "./authorised.ts";
import { Client } from "./client.ts";
import { compareFaults } from "./faults.ts";
import { compareFleet } from "./fleet.ts";
import { compareImds } from "./imds.ts";
import type { Effort } from "./measure.ts";
import { type Report, reportText } from "./report.ts";
import { compareSigned } from "./signed.ts";
import { compareStarts } from "./start.ts";

const HELP = `npm run bench -- [options]

Measures Mayfly beside a bare listener of node:http that answers with the same bytes, and beside those peers that
scripts/install-clients.sh has installed: in turn, round after round, by processor time of the server's process.
Wants Linux, for /proc.

  --only LIST    some of: imds,signed,authorised,faults,fleet,start (all unless given)
  --rounds N     rounds that count; 11 unless given
  --seconds N    seconds of a round; 2 unless given
  --json         the report as JSON
  --help         this text
`;

type Piece = Partial<Pick<Report, "firstReads" | "starts">> & Partial<Pick<Report, "comparisons">>;
type Group = (client: Client, effort: Effort, note: (text: string) => void) => Promise<Piece>;

const GROUPS: Readonly<Record<string, Group>> = {
  imds: async (client, effort, note) => ({ comparisons: await compareImds(client, effort, note) }),
  signed: async (client, effort, note) => ({ comparisons: await compareSigned(client, effort, note) }),
  authorised: async (client, effort, note) => ({ comparisons: await compareAuthorised(client, effort, note) }),
  faults: async (client, effort) => ({ comparisons: await compareFaults(client, effort) }),
  fleet: (client, effort) => compareFleet(client, effort),
  start: async (client, { rounds }, note) => ({ starts: await compareStarts(client, rounds, note) }),
};

async function run(names: readonly string[], effort: Effort): Promise<Report> {
  using client = new Client();
  const notes = new Set<string>();
  const pieces: Piece[] = [];
  for (const name of names) {
    process.stderr.write(`bench: ${name}\n`);
    pieces.push(await (GROUPS[name] as Group)(client, effort, (text) => notes.add(text)));
  }
  return {
    node: process.versions.node,
    processor: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    ...Object.assign({}, ...pieces),
    comparisons: pieces.flatMap(({ comparisons = [] }) => comparisons),
    notes: [...notes],
  };
}

function fail(why: string): never {
  process.stderr.write(`bench: ${why}\n`);
  process.exit(2);
}

function numberOf(text: string, name: string): number {
  const value = Number(text);
  return value > 0 ? value : fail(`--${name} takes a number above 0, not ${text}`);
}

function optionsOf(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        only: { type: "string", default: Object.keys(GROUPS).join(",") },
        rounds: { type: "string", default: "11" },
        seconds: { type: "string", default: "2" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return fail((error as Error).message);
  }
}

const options = optionsOf(process.argv.slice(2));
if (options.help) process.stdout.write(HELP);
else {
  if (process.platform !== "linux") fail("reads /proc, which only Linux has");
  const names = options.only.split(",");
  const unknown = names.find((name) => !Object.hasOwn(GROUPS, name));
  if (unknown !== undefined) fail(`there is no ${unknown}; there are ${Object.keys(GROUPS).join(", ")}`);
  const effort = { rounds: numberOf(options.rounds, "rounds"), seconds: numberOf(options.seconds, "seconds") };
  const report = await run(names, effort);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
}
