// How does a text get into a page? Escaped, unless it is markup that `html` made.

import { escapedHtml } from "../../../control/escaped-html.ts";
import { visible } from "../words.ts";

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | undefined;

function written(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  // A tenth of a pixel is less than anybody sees.
  if (typeof value === "number") return String(Math.round(value * 10) / 10);
  if (typeof value === "string") return escapedHtml(visible(value));
  return value.map(({ text }) => text).join("");
}

/** For text and for attributes in quotes; nothing for undefined. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(String.raw({ raw: parts }, ...values.map(written)));
