// How is a text written over colours? On a ground of its own.

import { html } from "./markup.ts";

/** About as wide as its letters are at 11 pixels; nothing measures text before there is a page. */
export const textWidth = (text: string) => text.length * 6.3;

export const chip = (x: number, middle: number, text: string, kind = "") =>
  html`<rect class="chip ${kind}" x="${x}" y="${middle - 7}" width="${textWidth(text) + 8}" height="14" rx="3"/><text class="${kind}" x="${x + 4}" y="${middle + 4}">${text}</text>`;
