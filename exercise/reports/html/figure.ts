// How is a timeline drawn? An axis and flags above, then lanes of rows, with shades of faults behind them: one SVG.

import type { ProgramReport } from "../../report.ts";
import { elapsed, nameKeys } from "../words.ts";
import { shortened } from "./chip.ts";
import { type Flag, placeFlags } from "./flags.ts";
import { html, type Markup } from "./markup.ts";
import {
  faultEdges,
  faultRows,
  keyRows,
  type Lane,
  lastOf,
  type MarkRow,
  marginRow,
  markRows,
  type Row,
} from "./rows.ts";
import { isShown, position, type Scale, ticks } from "./scale.ts";

const WIDTH = 1120;
const LEFT = 104;
const RIGHT = WIDTH - 24;
const AXIS = 22;
const NAME = 24;
const BETWEEN = 14;
const LONGEST_NAME = 80;
/** No lane shows more sets of keys or faults: nobody could tell more of them apart. */
const MOST = 200;

export interface Figure {
  /** Distinct in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly from: number;
  readonly until: number;
  /** The instant from which times are told. */
  readonly origin: number;
  readonly flags: readonly Flag[];
  readonly programs: readonly ProgramReport[];
  readonly marks: readonly MarkRow[];
  readonly hasNames: boolean;
}

/** Epoch milliseconds become pixels from 104 to 1096 of 1120. */
export function drawFigure(figure: Figure): Markup {
  const { id, title, description, origin, programs, marks, hasNames } = figure;
  const until = Math.max(figure.until, figure.from + 1000);
  const scale: Scale = { from: figure.from, until, left: LEFT, right: RIGHT };
  const flags = placeFlags(figure.flags, scale);
  const top = flags.height + AXIS;
  let y = top;
  const lanes = programs.map((program) => {
    const begin = y + (hasNames ? NAME : 4);
    const lane = laneOf(program, scale, origin);
    const { markup, bottom } = drawRows(lane, marks, begin);
    const name = hasNames ? nameOf(program, y) : undefined;
    y = bottom + BETWEEN;
    return html`<g class="lane">${name}${markup}</g>
`;
  });
  const height = y;
  return html`<svg id="${id}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-description" data-from="${String(scale.from)}" data-until="${String(scale.until)}">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
${axis(scale, origin, flags.height, height)}
${lanes}
${flags.draw(0, height)}
</svg>`;
}

/** What is within the scale. */
function laneOf({ observation, verdict }: ProgramReport, scale: Scale, origin: number): Lane {
  const requests = observation.requests.filter(({ at }) => isShown(scale, at));
  const lives = observation.lives.filter((life) => life.issuedAt <= scale.until && lastOf(life) >= scale.from);
  const faults = observation.faults.filter(({ from, until = Infinity }) => from <= scale.until && until >= scale.from);
  return {
    observation: { ...observation, requests, lives: lives.slice(0, MOST), faults: faults.slice(0, MOST) },
    rotations: verdict.rotations,
    names: nameKeys(observation.lives),
    scale,
    origin,
  };
}

function nameOf({ name, verdict }: ProgramReport, y: number): Markup {
  const outcome = verdict.passed ? "passed" : "failed";
  return html`<text class="name" x="8" y="${y + 16}">${shortened(name, LONGEST_NAME)}<tspan class="${outcome}" dx="8">${outcome}</tspan></text>`;
}

function drawRows(lane: Lane, marks: readonly MarkRow[], begin: number): { markup: Markup; bottom: number } {
  const rows: readonly Row[] = [...faultRows(lane), ...keyRows(lane), marginRow(lane), ...markRows(lane, marks)];
  let y = begin;
  const drawn = rows.map(({ label, height, draw }) => {
    const row = html`<text class="label" x="${LEFT - 10}" y="${y + Math.min(height, 20) / 2 + 3}">${label}</text>${draw(y)}`;
    y += height;
    return row;
  });
  return { markup: html`${shades(lane, begin, y)}${drawn}`, bottom: y };
}

function shades({ observation, scale }: Lane, top: number, bottom: number): readonly Markup[] {
  return observation.faults.map((fault) => {
    const [begin, end] = faultEdges(fault, scale);
    return html`<rect class="shade" x="${begin}" y="${top}" width="${Math.max(1, end - begin)}" height="${bottom - top}"/>`;
  });
}

function axis(scale: Scale, origin: number, top: number, bottom: number): Markup {
  const labels = ticks(scale, origin).map(({ at, label }) => {
    const x = position(scale, at);
    return html`<path d="M${x} ${top + AXIS - 5}V${bottom}"/><text x="${x}" y="${top + 12}">${label}</text>`;
  });
  return html`<g class="axis">${labels}</g>`;
}

export const stepFlags = (programs: readonly ProgramReport[], origin: number): readonly Flag[] =>
  differentSteps(programs).map(({ step, at, did }) => ({
    at,
    short: String(step),
    label: `${step} ${did}`,
    title: `Step ${step}, ${elapsed(at - origin)}: ${did}`,
    kind: "step",
  }));

export interface TakenStep {
  readonly step: number;
  readonly at: number;
  readonly did: string;
}

/** Programs of one run see the same steps. */
export function differentSteps(programs: readonly ProgramReport[]): readonly TakenStep[] {
  const steps = programs.flatMap(({ observation }) => observation.steps);
  const different = new Map(steps.map(({ step, at, did }) => [`${step} ${at}`, { step, at: Date.parse(at), did }]));
  return [...different.values()].sort((one, other) => one.step - other.step);
}

export function expiryFlags(
  { observation }: ProgramReport,
  scale: Pick<Scale, "from" | "until">,
  origin: number,
): readonly Flag[] {
  const names = nameKeys(observation.lives);
  return observation.lives
    .filter(({ expiresAt }) => isShown({ ...scale, left: 0, right: 0 }, expiresAt))
    .map(({ accessKeyId, expiresAt }) => {
      const { letter = "?", label = "" } = names.get(accessKeyId) ?? {};
      const title = `Keys ${label} expire, ${elapsed(expiresAt - origin)}`;
      return { at: expiresAt, short: letter, label: `${letter} expires`, title, kind: "expiry" };
    });
}
