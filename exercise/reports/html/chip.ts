// How is a text written over colours? On a ground of its own.

import { html } from "./markup.ts";

/** About as wide as its letters are at 11 pixels, in a wide font; nothing measures text before there is a page. */
export const textWidth = (text: string) =>
  [...text].reduce(
    (width, letter) => width + (/[mwMW]/.test(letter) ? 9.4 : /[\p{Lu}\d]/u.test(letter) ? 7.4 : 6.1),
    0,
  );

export const shortened = (text: string, longest: number) =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;

export const chip = (x: number, middle: number, text: string, kind = "") =>
  html`<rect class="chip ${kind}" x="${x}" y="${middle - 7}" width="${textWidth(text) + 8}" height="14" rx="3"/><text class="centred ${kind}" x="${x + textWidth(text) / 2 + 4}" y="${middle + 4}">${text}</text>`;
