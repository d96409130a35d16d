// How do the SDKs refresh their credentials? Runs every client under every scenario, and writes docs/sdk-refresh.md and .json.
//
//   npm run lab                                                  all of it
//   npm run lab -- --repeat                                      all of it again: how each cell comes out is told beside the first
//   npm run lab -- --client boto3 --scenario imds-outage         some cells anew; both can be given several times
//   npm run lab -- --behaviour rust-keeps-a-dead-token           one behaviour; exits with 1 where it does not show
//   npm run lab -- --list                                        what there is

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machineTime } from "../clock/real-time.ts";
import { type ExerciseScenario, readExerciseScenario, shippedScenarios } from "../index.ts";
import packageJson from "../package.json" with { type: "json" };
import { BEHAVIOURS, type Behaviour } from "./behaviours.ts";
import { CLIENTS, type LabClient, versionOf, whyNot } from "./clients.ts";
import { figuresOf, withoutIds } from "./figures.ts";
import {
  type BehaviourResult,
  type Cell,
  differing,
  EMPTY,
  type LabColumn,
  type Matrix,
  merged,
  withRepeated,
} from "./matrix.ts";
import { page } from "./page.ts";
import { type LabProgram, runTogether, type Seen, USUAL_PAUSE_SECONDS } from "./run.ts";

const DOCS = join(import.meta.dirname, "../docs");
const JSON_FILE = join(DOCS, "sdk-refresh.json");
const PAGE_FILE = join(DOCS, "sdk-refresh.md");

const began = machineTime.now();
const print = (line: string) => process.stdout.write(`${line}\n`);

const { values: options } = parseArgs({
  options: {
    client: { type: "string", multiple: true },
    scenario: { type: "string", multiple: true },
    behaviour: { type: "string", multiple: true },
    repeat: { type: "boolean" },
    list: { type: "boolean" },
    verbose: { type: "boolean" },
  },
});

/** Those of that name; all where none is given. Ends the process with one line where a name is not there. */
function chosen<Row>(kind: string, rows: readonly Row[], nameOf: (row: Row) => string, names?: readonly string[]) {
  if (names === undefined) return rows;
  const unknown = names.find((name) => !rows.some((row) => nameOf(row) === name));
  if (unknown === undefined) return rows.filter((row) => names.includes(nameOf(row)));
  process.stderr.write(`there is no ${kind} "${unknown}": ${rows.map(nameOf).join(", ")}\n`);
  process.exit(2);
}

const scenarios = await shippedScenarios();
const clientOf = (name: string) => CLIENTS.find((client) => client.name === name) as LabClient;
/** Asked once: some programs take their time to tell it. */
const versions = new Map(CLIENTS.map((client) => [client.name, versionOf(client)]));
const columnOf = (client: LabClient): LabColumn => ({
  name: client.name,
  title: client.title,
  version: versions.get(client.name) ?? "–",
  workers: client.workers ?? 1,
  pauseSeconds: client.pauseSeconds ?? USUAL_PAUSE_SECONDS,
  isIsolated: client.isolated ?? false,
});

async function run(scenario: ExerciseScenario, programs: readonly LabProgram[]): Promise<ReadonlyMap<string, Seen>> {
  print(`${scenario.name}: ${programs.map(({ name }) => name).join(", ")}`);
  const { report, seen } = await runTogether(scenario, programs, (event) => options.verbose && print(`  ${event}`));
  print(`  ${Math.round(report.realSeconds)} s for ${(report.simulatedSeconds / 3600).toFixed(1)} h`);
  return seen;
}

async function cellsOf(scenario: ExerciseScenario, clients: readonly LabClient[]) {
  const able = clients.filter((client) => whyNot(client) === undefined);
  const programs = able.map((client) => ({ name: client.name, client }));
  const seen = programs.length === 0 ? new Map<string, Seen>() : await run(scenario, programs);
  const cells = clients.map((client): Cell => {
    const what = seen.get(client.name);
    const place = { client: client.name, scenario: scenario.name };
    return what ? { ...place, figures: figuresOf(what) } : { ...place, reason: whyNot(client) ?? "" };
  });
  return { cells, seen };
}

const SEEN_LENGTH = 400;

function resultOf(behaviour: Behaviour, seen: Seen | undefined): BehaviourResult {
  const { look, environment: _, ...told } = behaviour;
  const found = seen ? look(seen) : { seen: whyNot(clientOf(behaviour.client)) ?? "it has not been run" };
  const text = withoutIds(found.seen).slice(0, SEEN_LENGTH);
  return { ...told, version: versions.get(behaviour.client) ?? "–", ...found, seen: text };
}

/** Those of one scenario together, each on an instance of its own. */
async function seenIn(scenario: string, behaviours: readonly Behaviour[]): Promise<readonly BehaviourResult[]> {
  const able = behaviours.filter(({ client }) => whyNot(clientOf(client)) === undefined);
  const programs = able.map(({ id, client, environment }) => ({
    name: id,
    client: clientOf(client),
    ...(environment && { environment }),
  }));
  const file = scenario.endsWith(".yaml") ? join(import.meta.dirname, scenario) : scenario;
  const seen = programs.length === 0 ? new Map() : await run(await readExerciseScenario(file), programs);
  return behaviours.map((behaviour) => resultOf(behaviour, seen.get(behaviour.id)));
}

const isPartial = (options.client ?? options.scenario ?? options.behaviour) !== undefined;

/** What has been measured so far, in this run and before it. */
let matrix = read();

function measured(cells: readonly Cell[], results: readonly BehaviourResult[]): Matrix {
  return {
    date: new Date().toISOString().slice(0, 10),
    mayflyVersion: packageJson.version,
    clients: CLIENTS.map(columnOf),
    scenarios: scenarios.map(({ name, title, description = "", expected = "" }) => ({
      name,
      title,
      description,
      expected,
    })),
    cells,
    behaviours: BEHAVIOURS.map(
      (row) =>
        results.find(({ id, isReproduced }) => id === row.id && isReproduced !== undefined) ?? resultOf(row, undefined),
    ),
  };
}

function keep(cells: readonly Cell[], results: readonly BehaviourResult[]): void {
  matrix = options.repeat ? withRepeated(matrix, cells, results) : merged(matrix, measured(cells, results));
  writeFileSync(JSON_FILE, `${JSON.stringify(matrix, null, 1)}\n`);
  writeFileSync(PAGE_FILE, page(matrix));
  for (const cell of cells) tellCell(cell);
  for (const result of results) tellBehaviour(result);
}

/** Runs the cells that are asked for, and of the behaviours those that show in them. */
async function runCells(): Promise<readonly string[]> {
  const shown: string[] = [];
  const clients = chosen("client", CLIENTS, ({ name }) => name, options.client);
  for (const scenario of chosen("scenario", scenarios, ({ name }) => name, options.scenario)) {
    const { cells, seen } = await cellsOf(scenario, clients);
    const rows = BEHAVIOURS.filter((row) => row.scenario === scenario.name && !row.environment && seen.has(row.client));
    keep(
      cells,
      rows.map((row) => resultOf(row, seen.get(row.client))),
    );
    shown.push(...rows.map(({ id }) => id));
  }
  return shown;
}

/** All scenarios at once, because few programs are in each. Answers whether all have shown. */
async function runBehaviours(rows: readonly Behaviour[]): Promise<boolean> {
  const runs = [...Map.groupBy(rows, (row) => row.scenario)].map(async ([scenario, alike]) => {
    const results = await seenIn(scenario, alike);
    keep([], results);
    return results;
  });
  return (await Promise.all(runs)).flat().every(({ isReproduced }) => isReproduced);
}

function read(): Matrix {
  try {
    return JSON.parse(readFileSync(JSON_FILE, "utf8"));
  } catch {
    return EMPTY;
  }
}

function tellCell({ client, scenario, figures, reason }: Cell): void {
  const wrong = figures?.failed.map(({ name, message }) => `, ${name}: ${message}`).join("") ?? "";
  print(`  ${scenario} ${client}: ${figures ? figures.outcome + wrong : `not run, ${reason}`}`);
}

function tellBehaviour({ id, isReproduced, expect, seen }: BehaviourResult): void {
  const verdict = isReproduced === undefined ? "NOT RUN" : isReproduced ? "SEEN" : "NOT SEEN";
  print(`${verdict} ${id}\n  expected: ${expect}\n  seen: ${seen}`);
}

if (options.list) {
  for (const client of CLIENTS)
    print(`client ${client.name} ${versions.get(client.name) ?? ""} ${whyNot(client) ?? ""}`.trim());
  for (const { name, title } of scenarios) print(`scenario ${name}: ${title}`);
  for (const { id, title } of BEHAVIOURS) print(`behaviour ${id}: ${title}`);
} else if (options.behaviour !== undefined) {
  const isShown = await runBehaviours(chosen("behaviour", BEHAVIOURS, ({ id }) => id, options.behaviour));
  process.exitCode = isShown ? 0 : 1;
} else {
  const shown = await runCells();
  if (!isPartial) await runBehaviours(BEHAVIOURS.filter(({ id }) => !shown.includes(id)));
  if (options.repeat) print(`${differing(matrix).length} cells came out otherwise than before`);
  const minutes = ((machineTime.now() - began) / 60_000).toFixed(1);
  print(`${minutes} min in all; wrote docs/sdk-refresh.md and docs/sdk-refresh.json`);
}
