// What does one see of a run? One page, complete in itself: the verdict, the checks, the timelines.

import { total } from "../../checks/check.ts";
import type { ExerciseReport, ProgramReport } from "../../report.ts";
import type { Rotation } from "../../verdict.ts";
import { count, span } from "../../words.ts";
import { commandLine, type Extent, endingSentence, extentOf, margin, nameKeys } from "../words.ts";
import { drawFigure, expiryFlags, stepFlags } from "./figure.ts";
import { legend, PATTERNS } from "./legend.ts";
import { isAccepted } from "./marks.ts";
import { html, Markup } from "./markup.ts";
import { OVERVIEW_MARKS, STRIP_MARKS } from "./rows.ts";
import { SCRIPT, SCRIPT_SHA256 } from "./script.ts";
import { chosenRotations, stripExtent } from "./strip.ts";
import { STYLE } from "./style.ts";
import { checkTable, events, keyTable, matrix, outcomeBadge, rotationsOf } from "./tables.ts";

// Whatever a program's name may be, the page fetches nothing and runs nothing but its own script.
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_SHA256}'; base-uri 'none'; form-action 'none'`;

export async function htmlReport(report: ExerciseReport): Promise<string> {
  const extent = extentOf(report);
  const { programs, passed, title } = report;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${passed ? "Passed" : "Failed"}: ${title} – Mayfly</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${PATTERNS}
<main>
${head(report)}
${overview(report, extent)}
${programs.map((program, index) => programSection(program, index, extent, programs.length === 1))}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

function head(report: ExerciseReport): Markup {
  const { passed, title, scenario, programs } = report;
  const facts = factsOf(report).map(([term, told]) => html`<div><dt>${term}</dt><dd>${told}</dd></div>`);
  const [only] = programs;
  return html`<header class="card head ${passed ? "passed" : "failed"}">
<div class="kicker">Mayfly exercise · ${scenario}</div>
<h1>${title}</h1>
<p>${outcomeBadge(passed ? "passed" : "failed")} ${summary(report)}</p>
<dl class="facts">${facts}</dl>
${programs.length === 1 && only ? checkTable(only) : matrix(report)}
</header>`;
}

function summary({ programs }: ExerciseReport): string {
  const through = programs.filter(({ verdict }) => verdict.passed).length;
  if (programs.length > 1) return `${through} of ${programs.length} programs came through.`;
  return through === 1 ? `${programs[0]?.name} came through.` : `${programs[0]?.name} did not come through.`;
}

function factsOf(report: ExerciseReport): readonly (readonly [string, string])[] {
  const { simulatedSeconds, realSeconds, startedAt, mayflyVersion } = report;
  const speed = Math.round(simulatedSeconds / Math.max(realSeconds, 0.001));
  return [
    ["Simulated time", span(simulatedSeconds * 1000)],
    ["Real time", `${span(realSeconds * 1000)}, ${count(speed, "time")} as fast`],
    [
      "Run on",
      `${startedAt
        .replace("T", " ")
        .replace(/\.\d+Z$/, "Z")
        .replace("Z", " UTC")}`,
    ],
    ["Mayfly", mayflyVersion],
  ];
}

function overview(report: ExerciseReport, { from, until }: Extent): Markup {
  const { programs } = report;
  const svg = drawFigure({
    id: "overview",
    title: `Timeline of ${count(programs.length, "program")}`,
    description: "Lives of keys, requests, faults and margins, which the tables below tell as well.",
    from,
    until,
    origin: from,
    flags: stepFlags(programs, from),
    programs,
    marks: OVERVIEW_MARKS,
    hasNames: true,
  });
  return html`<section aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<figure><figcaption>Hours of simulated time since ${new Date(from).toISOString().slice(0, 19).replace("T", " ")} UTC</figcaption>
<div class="wide" tabindex="0">${svg}</div></figure>
${legend()}
${events(report, from)}
</section>`;
}

function programSection(program: ProgramReport, index: number, extent: Extent, isOnly: boolean): Markup {
  const { name, command, verdict, observation } = program;
  return html`<section aria-labelledby="program-${index}">
<div class="title"><h2 id="program-${index}">${name}</h2>${outcomeBadge(verdict.passed ? "passed" : "failed")}</div>
<p><code>${commandLine(command)}</code></p>
<p class="soft">${requestSentence(program)} ${endingSentence(observation.ending)}${
    observation.clock === "real" ? " Its time was not moved." : ""
  }</p>
${isOnly ? undefined : checkTable(program)}
${rotationsOf(program, extent.from)}
${keyTable(program, extent.from)}
${chosenRotations(program).map((rotation) => strip(program, rotation, index, extent))}
</section>
`;
}

function requestSentence({ observation }: ProgramReport): string {
  const calls = observation.requests.filter(({ purpose }) => purpose === "call");
  const refused = calls.filter((call) => !isAccepted(call));
  const reads = observation.requests.filter(({ purpose }) => purpose !== "call");
  return `On ${observation.instanceId}: ${count(total(calls), "call")}, ${total(refused)} refused; ${count(total(reads), "request")} to the metadata service.`;
}

function strip(program: ProgramReport, rotation: Rotation, index: number, { from: origin }: Extent): Markup {
  const { from, until } = stripExtent(rotation, program.observation.endedAt);
  const names = nameKeys(program.observation.lives);
  const label = (id: string | undefined) => (id === undefined ? "nothing" : (names.get(id)?.label ?? id));
  const title = `Rotation ${rotation.number}: ${label(rotation.accessKeyId)} → ${label(rotation.nextAccessKeyId)}, ${margin(rotation)}`;
  const svg = drawFigure({
    id: `strip-${index}-${rotation.number}`,
    title,
    description: `${program.name} around the expiry of its keys.`,
    from,
    until,
    origin,
    flags: [...stepFlags([program], origin), ...expiryFlags(program, { from, until }, origin)],
    programs: [program],
    marks: STRIP_MARKS,
    hasNames: false,
  });
  return html`<h3>${title}</h3>
<figure><div class="wide" tabindex="0">${svg}</div></figure>
`;
}
