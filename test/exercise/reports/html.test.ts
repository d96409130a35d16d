// Is the page complete in itself, small, and safe, and are its parts right?

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { SeenRequest } from "../../../exercise/observation.ts";
import type { ExerciseReport, ProgramReport } from "../../../exercise/report.ts";
import { placeFlags } from "../../../exercise/reports/html/flags.ts";
import { foldRequests } from "../../../exercise/reports/html/marks.ts";
import { html, Markup } from "../../../exercise/reports/html/markup.ts";
import { htmlReport } from "../../../exercise/reports/html/page.ts";
import { packed } from "../../../exercise/reports/html/rows.ts";
import { position, type Scale, ticks } from "../../../exercise/reports/html/scale.ts";
import { SCRIPT, SCRIPT_SHA256 } from "../../../exercise/reports/html/script.ts";
import { chosenRotations, stripExtent } from "../../../exercise/reports/html/strip.ts";
import { nameKeys } from "../../../exercise/reports/words.ts";
import type { Rotation } from "../../../exercise/verdict.ts";
import { at, badReport, goodReport, START } from "./fixture.ts";

const [good] = goodReport().programs as [ProgramReport];
const withProgram = (program: ProgramReport): ExerciseReport => ({ ...goodReport(), programs: [program] });
const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe("the page", () => {
  test("fetches nothing, and its own script is the only one that it lets run", async () => {
    const page = await htmlReport(badReport());
    expect(page).not.toMatch(/(src|href)=|@import|https?:\/\/|url\((?!#)/);
    expect(SCRIPT_SHA256).toBe(createHash("sha256").update(SCRIPT).digest("base64"));
    expect(page).toContain(`script-src 'sha256-${SCRIPT_SHA256}'`);
    expect(occurrences(page, "<script")).toBe(1);
  });

  test("escapes whatever a program, a fault or a message may be called", async () => {
    const nasty = `</title></style><img src=x onerror="alert('1')">&amp;`;
    const { observation, verdict } = good;
    const page = await htmlReport({
      ...withProgram({
        name: nasty,
        command: [nasty],
        observation: {
          ...observation,
          instanceId: nasty,
          requests: observation.requests.map((request) => ({
            ...request,
            action: nasty,
            fault: nasty,
            errorCode: nasty,
          })),
          lives: observation.lives.map((life) => ({ ...life, accessKeyId: `${life.accessKeyId}<b>` })),
          faults: [{ id: nasty, fault: nasty, from: at("5:30"), until: at("5:50") }],
          steps: [{ step: 1, at: "2026-11-26T07:30:00.000Z", did: nasty }],
          ending: { kind: "unmoved-timer", timer: nasty },
        },
        verdict: { ...verdict, checks: [{ name: nasty, outcome: "failed", message: nasty }] },
      }),
      scenario: nasty,
      title: nasty,
      mayflyVersion: nasty,
    });
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<b>");
    expect(page).toContain(
      "&lt;/title&gt;&lt;/style&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;",
    );
  });

  test("tells each check, rotation and set of keys in tables", async () => {
    const page = await htmlReport(badReport());
    for (const { verdict, observation } of badReport().programs) {
      for (const { name } of verdict.checks) expect(page).toContain(`<code>${name}</code>`);
      for (const { accessKeyId } of observation.lives) expect(page).toContain(`<code>${accessKeyId}</code>`);
    }
    expect(page).toContain("<td>10 min after expiry</td>");
    expect(page).toContain("<td>swallow, until 6:10:00</td>");
    expect(occurrences(page, "<svg id=")).toBe(1 + 3);
  });

  test("has failed checks first, and says where anything is allowed", async () => {
    const checks = [
      { name: "first", outcome: "passed", message: "m", measured: 1.26, threshold: Number.POSITIVE_INFINITY },
      { name: "second", outcome: "failed", message: "m" },
    ] as const;
    const page = await htmlReport(withProgram({ ...good, verdict: { ...good.verdict, checks } }));
    expect(page.indexOf("<code>second</code>")).toBeLessThan(page.indexOf("<code>first</code>"));
    expect(page).toContain("<td>1.3</td><td>any</td>");
  });

  test("of 100,000 requests, most of them in the minutes that are drawn large, is small", async () => {
    const purposes = ["call", "call", "call", "token", "credentials"] as const;
    const requests = Array.from({ length: 100_000 }, (_, index): SeenRequest => {
      const accessKeyId = good.observation.lives[index % 4]?.accessKeyId as string;
      const minute = index % 3 === 0 ? index / 100_000 : 0.32 + (index / 100_000) * 0.06;
      const refusal = index % 7 === 0 ? { status: 403, errorCode: "ExpiredToken" } : { status: 200 };
      return { at: START + minute * 57_600_000, purpose: purposes[index % 5] ?? "call", accessKeyId, ...refusal };
    });
    const { observation } = good;
    const page = await htmlReport(withProgram({ ...good, observation: { ...observation, requests } }));
    expect(page.length).toBeLessThan(3_000_000);
    expect(page).toContain("60,000 calls");
  });

  test("of very many keys, rotations, faults and steps stays small too", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => index);
    const lives = many(1_500).map((index) => ({
      accessKeyId: `ASIAQHDVVMDPEX${index}`,
      issuedAt: START + index * 38_000,
      expiresAt: START + index * 38_000 + 21_600_000,
      firstUsedAt: START + index * 38_000,
    }));
    const rotations = lives.slice(0, 500).map(({ accessKeyId, expiresAt }, index): Rotation => {
      return { number: index + 1, accessKeyId, expiresAt, marginSeconds: index, imdsRequests: 3, tokenRequests: 1 };
    });
    const faults = many(1_500).map((index) => ({ id: `f${index}`, fault: "reset", from: START + index * 36_000 }));
    const did = "raised reset";
    const steps = many(1_500).map((step) => ({ step, at: new Date(START + step * 36_000).toISOString(), did }));
    const { observation, verdict } = good;
    const page = await htmlReport(
      withProgram({
        ...good,
        observation: { ...observation, lives, faults, steps },
        verdict: { ...verdict, rotations },
      }),
    );
    expect(page.length).toBeLessThan(8_000_000);
    expect(occurrences(page, "<svg id=")).toBe(1 + 24);
    for (const caption of ["Keys, and 1400 more", "Rotations, and 400 more", "What happened, and 2900 more"])
      expect(page).toContain(`<caption>${caption}</caption>`);
  });

  test.each([
    ["no program did anything", { ...good.observation, requests: [], lives: [] }, 57_631],
    ["no time passed", { ...good.observation, requests: [], lives: [], endedAt: START }, 0],
  ])("is drawn where %s", async (_, observation, simulatedSeconds) => {
    const verdict = { ...good.verdict, rotations: [] };
    const page = await htmlReport({ ...withProgram({ ...good, observation, verdict }), simulatedSeconds });
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test.each([goodReport(), badReport()])("has numbers alone where numbers must be: $scenario", async (report) => {
    expect(await htmlReport(report)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});

test("html escapes texts in text and in attributes, rounds numbers, and leaves markup as it is", () => {
  const made = html`<a b="${`"'<>&`}">${1.26}${undefined}${html`<i>${"<"}</i>`}${[html`x`, new Markup("<br>")]}</a>`;
  expect(made.text).toBe(`<a b="&quot;&#39;&lt;&gt;&amp;">1.3<i>&lt;</i>x<br></a>`);
});

const scale = (from: number, until: number): Scale => ({ from, until, left: 100, right: 1100 });

test.each([
  {
    what: "16 hours",
    from: at("0:00"),
    until: at("16:00"),
    labels: ["0:00", "2:00", "4:00", "6:00", "8:00", "10:00", "12:00", "14:00", "16:00"],
  },
  {
    what: "22 minutes",
    from: at("5:40"),
    until: at("6:02"),
    labels: ["5:40", "5:42", "5:44", "5:46", "5:48", "5:50", "5:52", "5:54", "5:56", "5:58", "6:00", "6:02"],
  },
  {
    what: "four seconds",
    from: START - 1000,
    until: at("0:00:03"),
    labels: ["-0:00:01", "0:00:00", "0:00:01", "0:00:02", "0:00:03"],
  },
  {
    what: "40 days",
    from: at("0:00"),
    until: at("960:00"),
    labels: [
      "0:00",
      "72:00",
      "144:00",
      "216:00",
      "288:00",
      "360:00",
      "432:00",
      "504:00",
      "576:00",
      "648:00",
      "720:00",
      "792:00",
      "864:00",
      "936:00",
    ],
  },
])("an axis of $what has labels at round times", ({ from, until, labels }) => {
  const found = ticks(scale(from, until), START);
  expect(found.map(({ label }) => label)).toEqual(labels);
  for (const { at: instant } of found) expect(position(scale(from, until), instant)).toBeGreaterThanOrEqual(100);
});

describe("marks", () => {
  const names = nameKeys(good.observation.lives);
  const [first, second] = good.observation.lives.map(({ accessKeyId }) => accessKeyId) as [string, string];
  const fold = (requests: readonly SeenRequest[]) =>
    foldRequests(requests, { scale: scale(at("0:00"), at("0:16:40")), cell: 10, names, origin: START });
  const call = (time: string, more: Partial<SeenRequest> = {}): SeenRequest => ({
    at: at(time),
    purpose: "call",
    status: 200,
    accessKeyId: first,
    action: "s3:GetObject",
    ...more,
  });

  test("on the same pixels are one, unless their keys, their outcome or their version differ", () => {
    const marks = fold([
      call("0:00:01"),
      call("0:00:09", { action: "s3:PutObject" }),
      call("0:00:02", { accessKeyId: second }),
      call("0:00:03", { status: 400, errorCode: "ExpiredToken" }),
      call("0:00:04", { purpose: "credentials", imdsVersion: 1 }),
      call("0:00:10"),
    ]);
    expect(
      marks.map(({ x, key, count, isAccepted, isVersion1 }) => [x, key?.letter, count, isAccepted, isVersion1]),
    ).toEqual([
      [105, "A", 2, true, false],
      [105, "B", 1, true, false],
      [105, "A", 1, false, false],
      [105, "A", 1, true, true],
      [115, "A", 1, true, false],
    ]);
    expect(marks.map(({ title }) => title)).toEqual([
      "2 requests: s3:GetObject, s3:PutObject, keys A …7Q3K, 0:00:01 to 0:00:09",
      "s3:GetObject, keys B …M2WD, 0:00:02",
      "s3:GetObject, keys A …7Q3K, 0:00:03, refused: 400 ExpiredToken",
      "credentials by IMDSv1, keys A …7Q3K, 0:00:04",
      "s3:GetObject, keys A …7Q3K, 0:00:10",
    ]);
  });

  test("of a row that stands for many requests are spread from the first to the last", () => {
    const xs = (count: number) => fold([call("0:00:01", { count, lastAt: at("0:00:41") })]).map(({ x }) => x);
    expect(xs(1000)).toEqual([105, 115, 125, 135, 145]);
    expect(xs(3)).toEqual([105, 125, 145]);
    expect(fold([call("0:16:39", { count: 9, lastAt: at("0:17:30") })]).map(({ x }) => x)).toEqual([1095]);
    const [mark] = fold([call("0:00:01", { count: 1000, lastAt: at("0:00:41") })]);
    expect([mark?.count, mark?.title]).toEqual([
      1000,
      "1,000 requests: s3:GetObject, keys A …7Q3K, 0:00:01 to 0:00:41",
    ]);
  });

  test("are crosses where AWS did not take who called, or the metadata service gave nothing", () => {
    const outcomes = (purpose: SeenRequest["purpose"]) =>
      [200, 404, 403, 0].map((status) => fold([call("0:00:01", { purpose, status })])[0]?.isAccepted);
    expect(outcomes("call")).toEqual([true, true, false, false]);
    expect(outcomes("credentials")).toEqual([true, false, false, false]);
  });

  test("name the fault where there was no answer, and no more than four of a kind", () => {
    const swallowed = { purpose: "token", status: 0, fault: "f1", accessKeyId: "other" } as const;
    const [mark] = fold([call("0:00:01", swallowed)]);
    expect(mark?.title).toBe("token, 0:00:01, refused: no answer, by fault f1");
    const different = Array.from({ length: 9 }, (_, index) => call("0:00:01", { action: `s3:Action${index}` }));
    expect(fold(different)[0]?.title).toBe(
      "9 requests: s3:Action0, s3:Action1, s3:Action2, s3:Action3, and 5 more, keys A …7Q3K, 0:00:01",
    );
  });
});

test("spans that lie upon each other are in rows below each other, at most so many", () => {
  const spans = [
    [0, 10],
    [5, 15],
    [10, 20],
    [6, 30],
    [7, 8],
    [31, 32],
  ] as const;
  expect(packed(spans, (span) => span, 2)).toEqual([
    [
      [0, 10],
      [10, 20],
      [31, 32],
    ],
    [
      [5, 15],
      [6, 30],
      [7, 8],
    ],
  ]);
});

describe("a strip", () => {
  const rotation: Rotation = { number: 1, accessKeyId: "A", expiresAt: at("6:00"), imdsRequests: 3, tokenRequests: 1 };
  test.each([
    {
      what: "new keys 15 minutes before expiry",
      times: { askedAt: at("5:45"), pickedUpAt: at("5:45:01") },
      from: "5:40",
      until: "6:02",
    },
    {
      what: "new keys long before",
      times: { askedAt: at("3:00"), pickedUpAt: at("3:00:01") },
      from: "2:58",
      until: "6:02",
    },
    {
      what: "new keys afterwards",
      times: { askedAt: at("6:01"), pickedUpAt: at("6:10") },
      from: "5:40",
      until: "6:12",
    },
    { what: "no new keys", times: {}, from: "5:40", until: "6:32" },
  ])("of $what is from $from until $until", ({ times, from, until }) => {
    expect(stripExtent({ ...rotation, ...times }, at("8:00"))).toEqual({ from: at(from), until: at(until) });
  });

  test("without new keys ends where the program did", () => {
    expect(stripExtent(rotation, at("6:05")).until).toBe(at("6:07"));
  });

  test("is drawn of the 24 rotations with the smallest margins, in their order", () => {
    const rotations = Array.from({ length: 30 }, (_, index): Rotation => {
      const marginSeconds = { marginSeconds: index % 2 === 0 ? 900 + index : 100 };
      return { ...rotation, number: index + 1, ...(index === 29 ? {} : marginSeconds) };
    });
    const chosen = chosenRotations({ ...good, verdict: { ...good.verdict, rotations } }).map(({ number }) => number);
    const left = rotations.map(({ number }) => number).filter((number) => !chosen.includes(number));
    expect(left).toEqual([19, 21, 23, 25, 27, 29]);
    expect(chosen).toEqual(chosen.toSorted((one, other) => one - other));
  });
});

test("flags stand in the first row with room, with a short label where there is none for the long one", () => {
  const flag = (time: string, index: number) =>
    ({
      at: at(time),
      short: String(index),
      label: `${index} ${"raised swallow as f1"}`,
      title: "t",
      kind: "step",
    }) as const;
  const times = ["0:00", "0:00:01", "0:00:02", "0:00:03", "0:00:04"];
  const flags = placeFlags(times.map(flag), scale(at("0:00"), at("1:00")));
  expect(flags.height).toBe(4 * 17);
  const drawn = flags.draw(0, 100).text;
  expect(occurrences(drawn, "raised swallow as f1</text>")).toBe(4);
  expect(occurrences(drawn, "V100")).toBe(5);
  expect(placeFlags([flag("2:00", 1)], scale(at("0:00"), at("1:00"))).height).toBe(0);
});
