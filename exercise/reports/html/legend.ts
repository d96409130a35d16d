// What does each shape and colour mean? And the patterns that all figures of the page share.

import { html, type Markup } from "./markup.ts";

/** Used of dead keys, and the shade of a fault: hatched, so that no colour alone tells it. */
export const PATTERNS: Markup = html`<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<pattern id="dead" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--surface)"/><rect width="3" height="6" fill="var(--refused)"/></pattern>
<pattern id="shade" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="var(--fault)" fill-opacity=".07"/><rect width="1.5" height="7" fill="var(--fault)" fill-opacity=".22"/></pattern>
</defs></svg>`;

const ENTRIES: readonly (readonly [drawing: Markup, meaning: string])[] = [
  [
    html`<g class="k0"><rect class="whole" y="3" width="28" height="10"/><rect class="used" x="5" y="3" width="14" height="10"/><path class="end" d="M27 2v12"/></g>`,
    "keys from issue to expiry, solid from first served to last used",
  ],
  [html`<rect class="dead" y="3" width="28" height="10"/>`, "used after expiry"],
  [html`<g class="margin"><path d="M2 4v8M2 8H26M26 4v8"/></g>`, "margin: new keys in use until the old expire"],
  [
    html`<g class="mark k0"><circle cx="6" cy="8" r="3.5"/></g><g class="mark kn"><circle cx="20" cy="8" r="3.5"/></g>`,
    "metadata read, in the colour of the keys that it served",
  ],
  [html`<g class="mark kn"><path class="v1" d="M14 3.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/></g>`, "by IMDSv1"],
  [
    html`<g class="mark k0"><rect x="4" y="2" width="2" height="12"/><rect x="9" y="2" width="2" height="12"/></g><g class="mark k1"><rect x="16" y="2" width="2" height="12"/><rect x="21" y="2" width="2" height="12"/></g>`,
    "calls, in the colour of the keys that signed them",
  ],
  [
    html`<g class="mark k0"><path class="refused" d="M11 3l6 6m0 -6l-6 6"/><rect x="10.5" y="11" width="7" height="3"/></g>`,
    "refused, with those keys",
  ],
  [html`<rect class="shade" width="28" height="16"/>`, "a fault in force"],
];

export const legend = (): Markup =>
  html`<ul class="legend">${ENTRIES.map(([drawing, meaning]) => html`<li><svg viewBox="0 0 28 16" aria-hidden="true">${drawing}</svg>${meaning}</li>`)}</ul>`;
