// What stands in the rows of a timeline? Each is a height, a label, and what it draws.

import type { FaultSpan, KeyLife, Observation, SeenRequest } from "../../observation.ts";
import type { Rotation } from "../../verdict.ts";
import { elapsed, type KeyName, margin } from "../words.ts";
import { chip, shortened, textWidth } from "./chip.ts";
import { foldRequests, isAccepted, type Mark } from "./marks.ts";
import { html, type Markup } from "./markup.ts";
import { clamped, isShown, type Scale } from "./scale.ts";

export interface Row {
  readonly label: string;
  readonly height: number;
  draw(top: number): Markup;
}

/** What all rows of a program's lane are drawn with: of its observation what is within the scale. */
export interface Lane {
  readonly observation: Observation;
  readonly rotations: readonly Rotation[];
  readonly names: ReadonlyMap<string, KeyName>;
  readonly scale: Scale;
  readonly origin: number;
}

export const COLOURS = 5;
export const colourClass = (key: KeyName | undefined) => (key === undefined ? "kn" : `k${key.index % COLOURS}`);

/** Puts spans that lie upon each other into rows below each other; what finds no room in the last one stays in it. */
export function packed<Item>(
  items: readonly Item[],
  extent: (item: Item) => readonly [number, number],
  most: number,
): Item[][] {
  const rows: { until: number; items: Item[] }[] = [];
  for (const item of items) {
    const [begin, end] = extent(item);
    let row = rows.find(({ until }) => until <= begin);
    if (row === undefined && rows.length < most) {
      row = { until: end, items: [] };
      rows.push(row);
    }
    row ??= rows.at(-1) as (typeof rows)[number];
    row.until = Math.max(row.until, end);
    row.items.push(item);
  }
  return rows.map(({ items }) => items);
}

const MOST_ROWS = 8;
const BAR = 16;
const GAP = 4;

export function keyRows(lane: Lane): readonly Row[] {
  const { scale, observation } = lane;
  const rows = packed(
    observation.lives,
    (life) => [clamped(scale, life.issuedAt), clamped(scale, lastOf(life)) + 2],
    MOST_ROWS,
  );
  return rows.map((lives, index) => ({
    label: index === 0 ? "keys" : "",
    height: BAR + GAP,
    draw: (top) => html`${lives.map((life) => bar(life, top, lane))}`,
  }));
}

/** Dead keys may be used. */
export const lastOf = ({ expiresAt, lastUsedAt = 0 }: KeyLife) => Math.max(expiresAt, lastUsedAt);

function bar(life: KeyLife, top: number, { scale, names, origin }: Lane): Markup {
  const name = names.get(life.accessKeyId);
  const [issued, expires] = [clamped(scale, life.issuedAt), clamped(scale, life.expiresAt)];
  const first = life.firstServedAt ?? life.firstUsedAt;
  const last = life.lastUsedAt ?? first;
  const label = name?.label ?? "";
  const at = Math.max(issued, first === undefined ? issued : clamped(scale, first)) + 4;
  const hasRoom = clamped(scale, lastOf(life)) - at >= textWidth(label) + 12;
  return html`<g class="life ${colourClass(name)}" data-key="${name?.letter ?? ""}"><title>${lifeTitle(life, label, origin)}</title>
<rect class="whole" x="${issued}" y="${top}" width="${Math.max(1, expires - issued)}" height="${BAR}"/>
${first === undefined || last === undefined ? undefined : used(life, first, last, top, scale)}
${isShown(scale, life.expiresAt) ? html`<path class="end" d="M${expires} ${top - 1}v${BAR + 2}"/>` : undefined}
${hasRoom ? chip(at, top + BAR / 2, label) : undefined}</g>
`;
}

function used({ expiresAt }: KeyLife, first: number, last: number, top: number, scale: Scale): Markup {
  if (first > scale.until || last < scale.from) return html``;
  const [begin, end] = [clamped(scale, first), clamped(scale, last)];
  const dead = clamped(scale, Math.max(first, expiresAt));
  return html`<rect class="used" x="${begin}" y="${top}" width="${Math.max(3, end - begin)}" height="${BAR}"/>${
    last > expiresAt && end > dead
      ? html`<rect class="dead" x="${dead}" y="${top}" width="${end - dead}" height="${BAR}"/>`
      : undefined
  }`;
}

function lifeTitle({ accessKeyId, ...life }: KeyLife, label: string, origin: number): string {
  const since = (instant: number | undefined) => (instant === undefined ? "never" : elapsed(instant - origin));
  return `Keys ${label} (${accessKeyId}): issued ${since(life.issuedAt)}, served ${since(life.firstServedAt)}, used ${since(life.firstUsedAt)} to ${since(life.lastUsedAt)}, expiry ${since(life.expiresAt)}`;
}

/** From the first use of the new keys to the expiry of the old. */
export function marginRow({ rotations, scale }: Lane): Row {
  return {
    label: "margin",
    height: 18,
    draw: (top) => {
      let free = scale.left;
      const drawn = rotations.map((rotation) => {
        const { begin, end } = edges(rotation, scale);
        if (end < scale.left || begin > scale.right) return html``;
        const text = margin(rotation);
        const width = textWidth(text) + 8;
        const inside = begin + (end - begin - width) / 2;
        const before = begin - width - 4;
        const after = Math.min(end + 4, scale.right - width);
        const x = [end - begin > width + 12 ? inside : before, after].find((x) => x >= free);
        if (x !== undefined) free = Math.max(free, x + width);
        return measure(rotation, begin, end, top + 9, x);
      });
      return html`${drawn}`;
    },
  };
}

function edges({ pickedUpAt, expiresAt }: Rotation, scale: Scale) {
  const both = [clamped(scale, pickedUpAt ?? expiresAt), clamped(scale, expiresAt)];
  const isOutside = [pickedUpAt ?? expiresAt, expiresAt].every((instant) => !isShown(scale, instant));
  return isOutside ? { begin: Infinity, end: -Infinity } : { begin: Math.min(...both), end: Math.max(...both) };
}

function measure(rotation: Rotation, begin: number, end: number, middle: number, x: number | undefined): Markup {
  const text = margin(rotation);
  const isLate = rotation.pickedUpAt === undefined || rotation.pickedUpAt > rotation.expiresAt;
  const line =
    rotation.pickedUpAt === undefined
      ? html`<path d="M${begin - 4} ${middle - 4}l8 8m0 -8l-8 8"/>`
      : html`<path d="M${begin} ${middle - 4}v8M${begin} ${middle}H${end}M${end} ${middle - 4}v8"/>`;
  return html`<g class="margin ${isLate ? "late" : ""}"><title>${`Rotation ${rotation.number}: ${text}`}</title>${line}${
    x === undefined ? undefined : chip(x, middle, text, isLate ? "late" : "")
  }</g>
`;
}

/** A row of marks: whose requests, and how wide and high each is. */
export interface MarkRow {
  readonly label: string;
  readonly height: number;
  readonly cell: number;
  holds(request: SeenRequest): boolean;
  /** In the middle of a band of that height. */
  shape(mark: Mark, middle: number, height: number): Markup;
  /** Is left out where it has no mark, unless this. */
  readonly isKept?: boolean;
}

const cross = (x: number, y: number) => html`<path class="refused" d="M${x - 3} ${y - 3}l6 6m0 -6l-6 6"/>`;

function dot({ x, isAccepted, isVersion1 }: Mark, y: number, height: number): Markup {
  const radius = Math.min(3.5, height / 2);
  if (!isAccepted) return cross(x, y);
  return isVersion1
    ? html`<path class="v1" d="M${x} ${y - radius - 1}l${radius + 1} ${radius + 1}l${-radius - 1} ${radius + 1}l${-radius - 1} ${-radius - 1}z"/>`
    : html`<circle cx="${x}" cy="${y}" r="${radius}"/>`;
}

const tick: MarkRow["shape"] = ({ x }, y, height) =>
  html`<rect x="${x - 1}" y="${y - height / 2}" width="2" height="${height}"/>`;

/** The cross says that it was refused, the bar below whose keys it came with. */
const refusal: MarkRow["shape"] = ({ x }, y) =>
  html`${cross(x, y - 2)}<rect x="${x - 3.5}" y="${y + 4}" width="7" height="3"/>`;

const reads = (label: string, holds: MarkRow["holds"]): MarkRow => ({ label, height: 13, cell: 8, holds, shape: dot });

const CALL_ROWS: readonly MarkRow[] = [
  {
    label: "calls",
    height: 18,
    cell: 3,
    holds: (request) => request.purpose === "call" && isAccepted(request),
    shape: tick,
    isKept: true,
  },
  {
    label: "refused",
    height: 16,
    cell: 8,
    holds: (request) => request.purpose === "call" && !isAccepted(request),
    shape: refusal,
  },
];

export const OVERVIEW_MARKS: readonly MarkRow[] = [
  reads("metadata", ({ purpose }) => purpose !== "call"),
  ...CALL_ROWS,
];

export const STRIP_MARKS: readonly MarkRow[] = [
  reads("token", ({ purpose }) => purpose === "token"),
  reads("role name", ({ purpose }) => purpose === "role"),
  reads("credentials", ({ purpose }) => purpose === "credentials"),
  reads("other metadata", ({ purpose }) => purpose === "metadata"),
  ...CALL_ROWS,
];

export function markRows(lane: Lane, kinds: readonly MarkRow[]): readonly Row[] {
  return kinds.flatMap((kind) => {
    const requests = lane.observation.requests.filter((request) => kind.holds(request));
    const marks = foldRequests(requests, { ...lane, cell: kind.cell });
    if (marks.length === 0 && !kind.isKept) return [];
    const { label, height } = kind;
    return [{ label, height: height + GAP, draw: (top: number) => html`${banded(marks, kind, top)}` }];
  });
}

/** Marks that share their pixels lie below each other. */
function banded(marks: readonly Mark[], { height, shape }: MarkRow, top: number): readonly Markup[] {
  const sharing = Map.groupBy(marks, ({ x }) => x);
  return [...sharing.values()].flatMap((group) =>
    group.map((mark, index) => {
      const band = height / group.length;
      const middle = top + band * (index + 0.5);
      return html`<g class="mark ${colourClass(mark.key)}" data-key="${mark.key?.letter ?? ""}"><title>${mark.title}</title>${shape(mark, middle, band)}</g>
`;
    }),
  );
}

export function faultRows({ observation, scale, origin }: Lane): readonly Row[] {
  const extent = (fault: FaultSpan) => {
    const [begin, end] = faultEdges(fault, scale);
    return [begin, Math.max(end, begin + textWidth(faultLabel(fault)) + 12)] as const;
  };
  return packed(observation.faults, extent, MOST_ROWS).map((faults, index) => ({
    label: index === 0 ? "faults" : "",
    height: BAR + GAP,
    draw: (top) => html`${faults.map((fault) => faultBar(fault, top, scale, origin))}`,
  }));
}

export const faultEdges = ({ from, until }: FaultSpan, scale: Scale) =>
  [clamped(scale, from), until === undefined ? scale.right : clamped(scale, until)] as const;

const LONGEST = 48;
const faultLabel = ({ id, fault }: FaultSpan) => shortened(`${fault} (${id})`, LONGEST);

function faultBar(fault: FaultSpan, top: number, scale: Scale, origin: number): Markup {
  const [begin, end] = faultEdges(fault, scale);
  const { from, until } = fault;
  const when = `from ${elapsed(from - origin)} ${until === undefined ? "to the end" : `until ${elapsed(until - origin)}`}`;
  const label = faultLabel(fault);
  const x = Math.min(begin + 5, scale.right - textWidth(label) - 2);
  return html`<g class="fault"><title>${`Fault ${label}, ${when}`}</title><rect class="span" x="${begin}" y="${top}" width="${Math.max(2, end - begin)}" height="${BAR}"/><text x="${x}" y="${top + BAR / 2 + 4}">${label}</text></g>
`;
}
