// What of the page is in tables? The checks, the rotations, the keys, and what happened.

import type { ExerciseReport, ProgramReport } from "../../report.ts";
import type { CheckResult } from "../../verdict.ts";
import { rotationTable } from "../rotations.ts";
import { counted, elapsed, nameKeys } from "../words.ts";
import { differentSteps } from "./figure.ts";
import { html, type Markup } from "./markup.ts";
import { colourClass } from "./rows.ts";

const SIGNS: Readonly<Record<CheckResult["outcome"], string>> = { passed: "✓", failed: "✗", skipped: "–" };

export const outcomeBadge = (outcome: CheckResult["outcome"]) =>
  html`<span class="badge ${outcome}"><span aria-hidden="true">${SIGNS[outcome]}</span> ${outcome}</span>`;

type Cell = string | Markup;

const table = (
  caption: string,
  kind: string,
  titles: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): Markup => html`<div class="scroll"><table class="${kind}">
<caption>${caption}</caption>
<thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(([first, ...others]) => html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;

/** Which program passed which check; of several programs alone. */
export function matrix({ programs }: ExerciseReport): Markup {
  const names = [...new Set(programs.flatMap(({ verdict }) => verdict.checks.map(({ name }) => name)))];
  const cell = ({ verdict }: ProgramReport, name: string) => {
    const found = verdict.checks.find((check) => check.name === name);
    return found === undefined ? "" : outcomeBadge(found.outcome);
  };
  const rows = names.map((name) => [html`<code>${name}</code>`, ...programs.map((program) => cell(program, name))]);
  return table("Checks by program", "matrix", ["Check", ...programs.map(({ name }) => name)], rows);
}

export function checkTable({ verdict }: ProgramReport): Markup {
  const figure = (number: number | undefined) => (number === undefined ? "" : String(Math.round(number * 10) / 10));
  const rows = verdict.checks.map(({ name, outcome, message, measured, threshold }) => [
    html`<code>${name}</code>`,
    outcomeBadge(outcome),
    message,
    figure(measured),
    figure(threshold),
  ]);
  return table("Checks", "checks", ["Check", "Outcome", "What was seen", "Measured", "Threshold"], rows);
}

export function rotationsOf(program: ProgramReport, from: number): Markup | undefined {
  const [titles, ...rows] = rotationTable(program, from);
  return titles && table("Rotations", "figures", titles, rows);
}

/** No table has more rows; what is left out is counted. */
const MOST_ROWS = 100;

export function keyTable({ observation }: ProgramReport, from: number): Markup | undefined {
  const { lives } = observation;
  if (lives.length === 0) return undefined;
  const names = nameKeys(lives);
  const since = (instant: number | undefined) => (instant === undefined ? "never" : elapsed(instant - from));
  const rows = lives.slice(0, MOST_ROWS).map((life) => {
    const name = names.get(life.accessKeyId);
    return [
      html`<span class="swatch ${colourClass(name)}"></span>${name?.letter}`,
      html`<code>${life.accessKeyId}</code>`,
      ...[life.issuedAt, life.firstServedAt, life.firstUsedAt, life.lastUsedAt, life.expiresAt].map(since),
    ];
  });
  const left = lives.length - rows.length;
  const caption = left > 0 ? `Keys, and ${counted(left, "set")} more` : "Keys";
  return table(
    caption,
    "figures",
    ["Keys", "Access key id", "Issued", "First served", "First used", "Last used", "Expiry"],
    rows,
  );
}

/** Steps of the scenario and the faults that were in force, by time. */
export function events({ programs }: ExerciseReport, from: number): Markup | undefined {
  const steps = differentSteps(programs).map(({ step, at, did }) => ({ at, what: `Step ${step}`, told: did }));
  const faults = new Map(programs.flatMap(({ observation }) => observation.faults.map((fault) => [fault.id, fault])));
  const spans = [...faults.values()].map(({ id, fault, from: at, until }) => {
    const end = until === undefined ? "to the end" : `until ${elapsed(until - from)}`;
    return { at, what: `Fault ${id}`, told: `${fault}, ${end}` };
  });
  const all = [...steps, ...spans].sort((one, other) => one.at - other.at).slice(0, MOST_ROWS);
  if (all.length === 0) return undefined;
  const rows = all.map(({ at, what, told }) => [elapsed(at - from), what, told]);
  return table("What happened", "events", ["At", "What", "Told"], rows);
}
