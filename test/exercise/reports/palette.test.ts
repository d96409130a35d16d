// Can everybody tell the page's colours apart, and read what is written in them?

import { describe, expect, test } from "vitest";
import { COLOURS } from "../../../exercise/reports/html/rows.ts";
import { STYLE } from "../../../exercise/reports/html/style.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** Of linear RGB, for those who lack one kind of cone (Machado, Oliveira, Fernandes 2009, severity 1). */
const SIGHTS: Readonly<Record<string, readonly [Colour, Colour, Colour]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const [light, dark] = [...STYLE.matchAll(/--ground:#[^}]+/g)].map(([text]) => text) as [string, string];

function colour(theme: string, name: string): Colour {
  const [, digits = ""] = new RegExp(`--${name}:#([0-9a-f]+)`).exec(theme) ?? [];
  const long = digits.length === 3 ? digits.replace(/./g, "$&$&") : digits;
  return [0, 2, 4].map((place) => {
    const part = Number.parseInt(long.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Colour;
}

const dot = (one: Colour, other: Colour) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
const luminance = (of: Colour) => dot(of, [0.2126, 0.7152, 0.0722]);

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: Colour, other: Colour): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** CIE L*a*b* under D65. */
function lab(of: Colour): Colour {
  const root = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116);
  const x = root(dot(of, [0.4124, 0.3576, 0.1805]) / 0.95047);
  const y = root(luminance(of));
  const z = root(dot(of, [0.0193, 0.1192, 0.9505]) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const seenBy = (sight: string, of: Colour): Colour =>
  (SIGHTS[sight] as readonly Colour[]).map((row) => Math.min(1, Math.max(0, dot(row, of)))) as unknown as Colour;

const difference = (sight: string, one: Colour, other: Colour) => {
  const [a, b] = [lab(seenBy(sight, one)), lab(seenBy(sight, other))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
};

describe.each([
  ["light", light],
  ["dark", dark],
])("in %s", (_, theme) => {
  test.each([
    ["ink", "surface"],
    ["ink", "ground"],
    ["soft", "surface"],
    ["soft", "ground"],
    ["refused", "surface"],
    ["refused", "refused-ground"],
    ["passed", "passed-ground"],
    ["skipped", "skipped-ground"],
  ])("%s can be read on %s", (ink, ground) => {
    expect(contrast(colour(theme, ink), colour(theme, ground))).toBeGreaterThanOrEqual(4.5);
  });

  test("keys, marks without keys and crosses stand out from the ground", () => {
    const names = [...Array.from({ length: COLOURS }, (_, key) => `key-${key}`), "neutral", "refused", "fault"];
    for (const name of names) {
      expect([name, contrast(colour(theme, name), colour(theme, "surface")) >= 3]).toEqual([name, true]);
    }
  });

  // 2.3 is just noticeable side by side; marks are small and apart.
  test.each(Object.keys(SIGHTS))("sets that follow each other differ for %s sight", (sight) => {
    for (let key = 0; key < COLOURS; key++) {
      const [one, other] = [key, (key + 1) % COLOURS].map((index) => colour(theme, `key-${index}`)) as [Colour, Colour];
      expect([key, difference(sight, one, other) >= 25]).toEqual([key, true]);
    }
  });
});
