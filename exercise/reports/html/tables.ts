// What of the page is in tables? The checks, the rotations, the keys, and what happened.

import type { ExerciseReport, ProgramReport } from "../../report.ts";
import type { CheckResult } from "../../verdict.ts";
import { rotationTable } from "../rotations.ts";
import { elapsed, figure, nameKeys } from "../words.ts";
import { differentSteps } from "./figure.ts";
import { html, type Markup } from "./markup.ts";
import { colourClass } from "./rows.ts";

const SIGNS: Readonly<Record<CheckResult["outcome"], string>> = { passed: "✓", failed: "✗", skipped: "–" };

export const outcomeBadge = (outcome: CheckResult["outcome"]) =>
  html`<span class="badge ${outcome}"><span aria-hidden="true">${SIGNS[outcome]}</span> ${outcome}</span>`;

type Cell = string | Markup;

/** No table has more rows; what is left out is counted. */
const MOST_ROWS = 100;

function table(caption: string, kind: string, titles: readonly Cell[], rows: readonly (readonly Cell[])[]): Markup {
  const more = rows.length > MOST_ROWS ? `, and ${rows.length - MOST_ROWS} more` : "";
  const body = rows
    .slice(0, MOST_ROWS)
    .map(
      ([first, ...others]) =>
        html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>\n`,
    );
  return html`<div class="scroll"><table class="${kind}">
<caption>${caption}${more}</caption>
<thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}

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

/** Failures first. */
export function checkTable({ verdict }: ProgramReport): Markup {
  const isBehind = ({ outcome }: CheckResult) => Number(outcome !== "failed");
  const checks = verdict.checks.toSorted((one, other) => isBehind(one) - isBehind(other));
  const rows = checks.map(({ name, outcome, message, measured, threshold }) => [
    html`<code>${name}</code>`,
    outcomeBadge(outcome),
    message,
    measured === undefined ? "" : figure(measured),
    threshold === undefined ? "" : figure(threshold),
  ]);
  return table("Checks", "checks", ["Check", "Outcome", "What was seen", "Measured", "Threshold"], rows);
}

export function rotationsOf(program: ProgramReport, from: number): Markup | undefined {
  const [titles, ...rows] = rotationTable(program, from);
  return titles && table("Rotations", "figures", titles, rows);
}

export function keyTable({ observation }: ProgramReport, from: number): Markup | undefined {
  const { lives } = observation;
  if (lives.length === 0) return undefined;
  const names = nameKeys(lives);
  const since = (instant: number | undefined) => (instant === undefined ? "never" : elapsed(instant - from));
  const rows = lives.map((life) => {
    const name = names.get(life.accessKeyId);
    return [
      html`<span class="swatch ${colourClass(name)}"></span>${name?.letter}`,
      html`<code>${life.accessKeyId}</code>`,
      ...[life.issuedAt, life.firstServedAt, life.firstUsedAt, life.lastUsedAt, life.expiresAt].map(since),
    ];
  });
  const titles = ["Keys", "Access key id", "Issued", "First served", "First used", "Last used", "Expiry"];
  return table("Keys", "figures", titles, rows);
}

/** Steps of the scenario and the faults that were in force, by time. */
export function events({ programs }: ExerciseReport, from: number): Markup | undefined {
  const steps = differentSteps(programs).map(({ step, at, did }) => ({ at, what: `Step ${step}`, told: did }));
  const faults = new Map(programs.flatMap(({ observation }) => observation.faults.map((fault) => [fault.id, fault])));
  const spans = [...faults.values()].map(({ id, fault, from: at, until }) => {
    const end = until === undefined ? "to the end" : `until ${elapsed(until - from)}`;
    return { at, what: `Fault ${id}`, told: `${fault}, ${end}` };
  });
  const all = [...steps, ...spans].sort((one, other) => one.at - other.at);
  if (all.length === 0) return undefined;
  const rows = all.map(({ at, what, told }) => [elapsed(at - from), what, told]);
  return table("What happened", "events", ["At", "What", "Told"], rows);
}
