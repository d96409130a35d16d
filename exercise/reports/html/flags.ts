// What happened at one instant? Flags above a timeline: a line through it all, and a label where there is room.

import { chip, shortened, textWidth } from "./chip.ts";
import { html, type Markup } from "./markup.ts";
import { isShown, position, type Scale } from "./scale.ts";

export interface Flag {
  readonly at: number;
  /** A few characters, for where there is no room for more. */
  readonly short: string;
  readonly label: string;
  readonly title: string;
  readonly kind: "step" | "expiry";
}

const ROW = 17;
const MOST_ROWS = 4;
const MOST = 200;
const LONGEST = 48;

interface Placed {
  readonly flag: Flag;
  readonly x: number;
  readonly row: number;
  readonly text: string;
  readonly textX: number;
}

export interface Flags {
  readonly height: number;
  draw(top: number, bottom: number): Markup;
}

export function placeFlags(flags: readonly Flag[], scale: Scale): Flags {
  const ends: number[] = [];
  const placed = flags
    .filter(({ at }) => isShown(scale, at))
    .sort((one, other) => one.at - other.at)
    .slice(0, MOST)
    .map((flag) => place(flag, scale, ends));
  const height = (Math.max(-1, ...placed.map(({ row }) => row)) + 1) * ROW;
  return { height, draw: (top, bottom) => html`${placed.map((one) => drawn(one, top, bottom))}` };
}

/** In the first row that has room; `ends` are how far the rows are full. */
function place(flag: Flag, scale: Scale, ends: number[]): Placed {
  const x = position(scale, flag.at);
  for (const text of [shortened(flag.label, LONGEST), flag.short]) {
    const width = textWidth(text) + 8;
    const textX = x + width > scale.right ? x - width : x;
    for (let row = 0; row < MOST_ROWS; row++) {
      if ((ends[row] ?? scale.left) > textX) continue;
      ends[row] = textX + width + 3;
      return { flag, x, row, text, textX };
    }
  }
  return { flag, x, row: MOST_ROWS - 1, text: "", textX: x };
}

function drawn({ flag, x, row, text, textX }: Placed, top: number, bottom: number): Markup {
  const y = top + row * ROW;
  return html`<g class="flag ${flag.kind}"><title>${flag.title}</title><path d="M${x} ${y}V${bottom}"/>${
    text === "" ? undefined : chip(textX, y + 7, text)
  }</g>
`;
}
