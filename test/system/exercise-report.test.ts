// The page of an exercise in a real browser, Chromium, opened as a file: is all drawn where it happened, and nothing fetched?

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExerciseReport } from "../../exercise/report.ts";
import { writeReport } from "../../exercise/reports/report-file.ts";
import { CHROMIUM, chromiumBrowser } from "../clients/software.ts";
import { at, badReport, goodReport } from "../exercise/reports/fixture.ts";
import { describeWith } from "../requires.ts";

/** Where something is drawn, in the pixels of its figure. */
interface Box {
  readonly title: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly fill: string;
}

/** Where the figures' axes begin and end. */
const [LEFT, RIGHT] = [104, 1096];
const expectedX = (time: string, from: number, until: number) =>
  LEFT + ((at(time) - from) / (until - from)) * (RIGHT - LEFT);

describeWith([chromiumBrowser], "the page of an exercise in Chromium", () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "mayfly-report-"));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  interface Look {
    readonly scheme?: "light" | "dark";
    readonly script?: boolean;
    readonly width?: number;
  }

  /** What the browser complains of and asks for goes to `complaints`. */
  async function open(report: ExerciseReport, { scheme = "light", script = true, width = 1280 }: Look = {}) {
    const file = join(directory, `${report.scenario}.html`);
    await writeReport(report, file);
    const context = await browser.newContext({
      colorScheme: scheme,
      javaScriptEnabled: script,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    page.on("request", (request) => request.url() !== pathToFileURL(file).href && complaints.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, complaints };
  }

  /** Those of a figure, with the title of the group that they are in. */
  const boxes = (page: Page, figure: string, selector: string): Promise<readonly Box[]> =>
    page.evaluate(`(() => {
      const svg = document.querySelector(${JSON.stringify(figure)});
      const frame = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / frame.width;
      return [...svg.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const title = element.closest("g")?.querySelector(":scope > title")?.textContent ?? "";
        return {
          title, fill: getComputedStyle(element).fill,
          left: (left - frame.left) * scale, right: (right - frame.left) * scale,
          top: (top - frame.top) * scale, bottom: (bottom - frame.top) * scale,
        };
      });
    })()`);

  test("the overview has bars from issue to expiry, and dark ones from first served to last used", async () => {
    const report = goodReport();
    const { page, complaints } = await open(report);
    const [from, until] = [report.beganAt, report.beganAt + report.simulatedSeconds * 1000];
    const byIssue = (drawn: readonly Box[]) => drawn.toSorted((one, other) => one.left - other.left);
    const whole = byIssue(await boxes(page, "#overview", ".life .whole"));
    const used = byIssue(await boxes(page, "#overview", ".life .used"));
    const expected = [
      ["0:00", "6:00", "0:00:03", "5:45:01"],
      ["5:00", "11:00", "5:45:01", "10:45:02"],
      ["10:00", "16:00", "10:45:02", "15:45:01"],
    ] as const;
    expect([whole.length, used.length]).toEqual([4, 4]);
    for (const [index, instants] of expected.entries()) {
      const drawn = [whole[index]?.left, whole[index]?.right, used[index]?.left, used[index]?.right];
      for (const [place, time] of instants.entries()) expect(drawn[place]).toBeCloseTo(expectedX(time, from, until), 0);
    }
    expect(whole[3]?.right).toBeCloseTo(RIGHT, 0);
    expect(new Set(used.map(({ fill }) => fill)).size).toBe(4);
    expect(whole[1]?.top).toBeGreaterThan(whole[0]?.bottom as number);
    expect(complaints).toEqual([]);
  });

  test("a strip goes from 20 minutes before expiry on, with marks in the colours of their keys, and the margin between", async () => {
    const { page } = await open(goodReport());
    const [from, until] = [at("5:40"), at("6:02")];
    const [margin] = await boxes(page, "#strip-0-1", ".margin path");
    expect(margin?.left).toBeCloseTo(expectedX("5:45:01", from, until), 0);
    expect(margin?.right).toBeCloseTo(expectedX("6:00", from, until), 0);
    const [old, next] = await boxes(page, "#strip-0-1", ".life .used");
    const calls = await boxes(page, "#strip-0-1", ".mark rect");
    const pickedUp = expectedX("5:45:01", from, until);
    expect(calls.filter(({ fill }) => fill === old?.fill).length).toBeGreaterThan(3);
    expect(calls.filter(({ fill }) => fill === next?.fill).length).toBeGreaterThan(0);
    // A mark stands for three pixels.
    for (const { fill, left, title } of calls)
      expect([title, fill === next?.fill]).toEqual([title, left > pickedUp - 3]);
    const reads = await boxes(page, "#strip-0-1", ".mark circle");
    expect(reads.map(({ title }) => title)).toEqual([
      "token, 5:45:01",
      "role name, 5:45:01",
      "credentials, keys B …M2WD, 5:45:01",
    ]);
    expect(reads.map(({ fill }) => fill === next?.fill)).toEqual([false, false, true]);
  });

  test("a bad run shows the fault's span, the steps' lines, use after expiry and what was refused", async () => {
    const report = badReport();
    const { page, complaints } = await open(report);
    const [from, until] = [report.beganAt, report.beganAt + report.simulatedSeconds * 1000];
    const shades = await boxes(page, "#overview", ".shade");
    expect(shades.length).toBe(3);
    for (const { left, right } of [...shades, ...(await boxes(page, "#overview", ".fault .span"))]) {
      expect(left).toBeCloseTo(expectedX("5:40", from, until), 0);
      expect(right).toBeCloseTo(expectedX("6:10", from, until), 0);
    }
    const lines = await boxes(page, "#overview", ".flag.step path");
    expect(lines.map(({ title }) => title)).toEqual([
      "Step 1, 5:40:00: raised swallow as f1",
      "Step 2, 6:10:00: cleared f1",
    ]);
    expect(lines[0]?.left).toBeCloseTo(expectedX("5:40", from, until), 0);
    const [dead] = await boxes(page, "#strip-1-1", ".dead");
    expect(dead?.left).toBeCloseTo(expectedX("6:00", at("5:40"), at("6:12:22")), 0);
    expect(dead?.right).toBeCloseTo(expectedX("6:10:20", at("5:40"), at("6:12:22")), 0);
    const refused = await boxes(page, "#strip-1-1", ".mark .refused");
    expect(refused.filter(({ title }) => title.endsWith("refused: 400 ExpiredToken")).length).toBeGreaterThan(20);
    expect(refused.filter(({ title }) => title.endsWith("refused: no answer, by fault f1")).length).toBe(4);
    expect(await page.locator(".lane .v1").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test("no text leaves its figure, and no page is wider than its window", async () => {
    for (const report of [goodReport(), badReport()]) {
      for (const width of [1280, 390]) {
        const { page } = await open(report, { width });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        for (const { left, right, top, bottom } of await boxes(page, "#overview", "text")) {
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
          expect([right <= 1120, bottom >= top]).toEqual([true, true]);
        }
      }
    }
  });

  test("light and dark have their own colours", async () => {
    const seen: string[] = [];
    for (const scheme of ["light", "dark"] as const) {
      const { page } = await open(badReport(), { scheme });
      seen.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      seen.push((await boxes(page, "#overview", ".label"))[0]?.fill as string);
      seen.push((await boxes(page, "#overview", ".life .used"))[0]?.fill as string);
    }
    expect(new Set(seen).size).toBe(6);
  });

  test("without a script all is there; with it pointing tells, and follows the keys", async () => {
    const plain = await open(badReport(), { script: false });
    expect(await plain.page.locator("#overview .life title").count()).toBe(5);
    expect(await plain.page.locator("#tip").count()).toBe(0);

    const { page, complaints } = await open(badReport());
    const bar = page.locator("#strip-1-1 .life .used").first();
    await bar.scrollIntoViewIfNeeded();
    const box = await bar.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 8);
    expect(await page.locator("#tip").textContent()).toContain("Keys A …CCCC (ASIAQHDVVMDPEXAMCCCC): issued 0:00:00");
    expect(await page.locator('#strip-1-1 .pale[data-key="B"]').count()).toBeGreaterThan(1);
    expect(await page.locator('#strip-1-1 .pale[data-key="A"]').count()).toBe(0);
    await page.mouse.move(1, 1);
    expect(await page.locator("#tip").isVisible()).toBe(false);
    expect(await page.locator(".pale").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a name that is a script is only shown", async () => {
    const { page, complaints } = await open(badReport());
    expect(await page.locator("h2").last().textContent()).toBe(`<script>alert("forever")</script>`);
    expect(complaints).toEqual([]);
  });

  test("on paper it is light", async () => {
    const { page } = await open(badReport(), { scheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });
});
