// Is the XML what CI servers read? Elements, their order and attributes as the schemas of Jenkins's xUnit plugin and of Ant's task both have.

import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { junitReport } from "../../../exercise/reports/junit.ts";
import { badReport, goodReport } from "./fixture.ts";

interface Shape {
  /** Those that must be there, and no others may. */
  readonly attributes: readonly string[];
  /** In this order; `?` may be left out, `*` may come often. */
  readonly children: readonly string[];
}

const SHAPES: Readonly<Record<string, Shape>> = {
  testsuites: { attributes: [], children: ["testsuite*"] },
  testsuite: {
    attributes: "id package name hostname timestamp time tests failures errors skipped".split(" "),
    children: ["properties", "testcase*", "system-out", "system-err"],
  },
  properties: { attributes: [], children: ["property*"] },
  property: { attributes: ["name", "value"], children: [] },
  testcase: { attributes: ["classname", "name", "time"], children: ["failure?", "skipped?"] },
  failure: { attributes: ["type", "message"], children: ["#text"] },
  skipped: { attributes: ["message"], children: [] },
  "system-out": { attributes: [], children: ["#text"] },
  "system-err": { attributes: [], children: [] },
};

type Ordered = Readonly<Record<string, unknown>> & { readonly ":@"?: Readonly<Record<string, string>> };

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

function elementOf(node: Ordered): Element {
  const name = Object.keys(node).find((key) => key !== ":@") as string;
  if (name === "#text") return { name, attributes: {}, children: [], text: String(node[name]) };
  const children = (node[name] as readonly Ordered[]).map(elementOf);
  const text = children.map((child) => (child.name === "#text" ? child.text : "")).join("");
  return { name, attributes: node[":@"] ?? {}, children, text };
}

function parsed(xml: string): Element {
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    ignoreDeclaration: true,
  });
  return elementOf(parser.parse(xml)[0]);
}

function check(element: Element): void {
  const shape = SHAPES[element.name];
  expect([element.name, Object.keys(element.attributes)]).toEqual([element.name, shape?.attributes]);
  const pattern = shape?.children.map((child) => child.replace(/^([^?*]+)([?*]?)$/, "(?:$1 )$2")).join("");
  expect(element.children.map(({ name }) => `${name} `).join("")).toMatch(new RegExp(`^${pattern}$`));
  for (const child of element.children) if (child.name !== "#text") check(child);
}

const all = (element: Element, name: string): readonly Element[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);

test.each([
  ["good", goodReport()],
  ["bad", badReport()],
])("a %s run has the elements and attributes that the schemas allow, and counts that are true", async (_, report) => {
  const root = parsed(await junitReport(report));
  check(root);
  expect(root.children.map(({ attributes }) => attributes.name)).toEqual(report.programs.map(({ name }) => name));
  for (const [index, suite] of root.children.entries()) {
    const { id, tests, failures, skipped, errors, timestamp, time } = suite.attributes;
    expect([id, errors]).toEqual([String(index), "0"]);
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(Number(time)).toBe(report.realSeconds);
    expect(Number(tests)).toBe(all(suite, "testcase").length);
    expect(Number(failures)).toBe(all(suite, "failure").length);
    expect(Number(skipped)).toBe(all(suite, "skipped").length);
  }
});

test("a failure has the check's message and figures, and rotations are in system-out", async () => {
  const suite = parsed(await junitReport(badReport())).children[1] as Element;
  const [failure] = all(suite, "failure");
  expect(failure?.attributes).toMatchObject({ type: "no-expired-credentials" });
  expect(failure?.attributes.message).toMatch(/^90 calls were refused with ExpiredToken/);
  expect(failure?.text).toMatch(/keys past their expiry\nmeasured 90, threshold 0$/);
  expect(all(suite, "system-out")[0]?.text).toContain("10 min after expiry");
});

test("names and messages that are no XML are escaped", async () => {
  const [program] = goodReport().programs;
  const nasty = `]]><&"'\u0000\ufffe\ud800`;
  const checks = [{ name: nasty, outcome: "failed", message: `${nasty}\nsecond` }] as const;
  const programs = program
    ? [{ ...program, name: nasty, command: [nasty], verdict: { ...program.verdict, checks } }]
    : [];
  const root = parsed(await junitReport({ ...goodReport(), programs }));
  check(root);
  expect(root.children[0]?.attributes.name).toBe(`]]><&"'\\u{0}\\u{fffe}\ufffd`);
  expect(all(root, "failure")[0]?.attributes.message).toMatch(/\\u\{a\}second$/);
});
