// What is said of a fault that is written wrongly? One line, with its place, and what would be right.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { faultDescriptions, faultKinds, limitDescriptions } from "../../faults/table.ts";
import { configurationSchema, parseConfiguration } from "../../index.ts";

const INSTANCES = "instances: {demo: {}, fleet: {count: 3}}\n";
const read = (fault: string) => parseConfiguration(`${INSTANCES}faults:\n  - ${fault}\n`, "c");

describe("a fault in the configuration", () => {
  test.each([
    ["{fault: swalow}", 'c:3:6: faults[0].fault: there is no fault "swalow" (did you mean "swallow"?)'],
    ["{status: 503}", "c:3:5: faults[0].fault: names no fault; the faults are swallow, refuse-connection, "],
    ["swallow", "c:3:5: faults[0]: must be a mapping"],
    ["{fault: swallow, pth: /latest}", 'c:3:22: faults[0]: there is no "pth" (did you mean "path"?)'],
    ["{fault: swallow, status: 503}", 'c:3:22: faults[0]: there is no "status"'],
    ["{fault: status}", "c:3:5: faults[0].status: must be 400 or 401 or 403 or 404 or 429 or 500 or 503"],
    ["{fault: status, status: 502}", "c:3:21: faults[0].status: must be 400 or 401"],
    ["{fault: slow-first-byte}", "c:3:5: faults[0].delay: must be a duration such as"],
    ["{fault: slow-first-byte, delay: soon}", "faults[0].delay: `soon` is no duration: write it like 6h"],
    ["{fault: slow-first-byte, delay: 25h}", "faults[0].delay: must be at most 1d"],
    ["{fault: slow-body, bytesPerSecond: 0}", "faults[0].bytesPerSecond: must be at least 1"],
    ["{fault: wrong-date, offset: -x}", "faults[0].offset: `x` is no duration"],
    ["{fault: missing-fields, fields: Token}", "faults[0].fields: must be a list"],
    ["{fault: aws-error, error: Slow}", "faults[0].error: must be ExpiredToken or InvalidClientTokenId or "],
    ["{fault: swallow, face: http}", "faults[0].face: must be imds or aws"],
    ["{fault: status, status: 503, face: aws}", "faults[0].face: must be imds: status is nothing elsewhere"],
    ["{fault: swallow, path: latest}", "faults[0].path: must begin with a slash"],
    ["{fault: swallow, method: put}", "faults[0].method: must be a method such as GET"],
    ["{fault: swallow, count: 0}", "faults[0].count: must be at least 1"],
    ["{fault: swallow, probability: 2}", "faults[0].probability: must be at most 1"],
    ["{fault: swallow, from: noon}", "faults[0].from: must be an instant such as 2026-11-24T00:00:00Z"],
    ['{fault: swallow, from: "2026-11-24T00:00:00Z", after: 1m}', "faults[0].after: needs no from beside it"],
    ['{fault: swallow, until: "2026-11-24T00:00:00Z", for: 1m}', "faults[0].for: needs no until beside it"],
    [
      '{fault: swallow, from: "2026-11-24T00:00:00Z", until: "2026-11-23T00:00:00Z"}',
      "faults[0].until: must come later than from",
    ],
    [
      "{fault: swallow, instance: dmo}",
      'c:3:22: faults[0].instance: there is no instance "dmo" (did you mean "demo"?)',
    ],
    ["{fault: swallow, instance: fleet-3}", 'faults[0].instance: there is no instance "fleet-3"'],
  ])("%s", (written, line) => {
    expect(() => read(written)).toThrow(line);
    expect(() => read(written)).toThrow(/^[^\n]*$/);
  });

  test.each(["demo", "fleet", "fleet-2", "i-0123456789abcdef0"])("means the instance %s", (instance) => {
    expect(read(`{fault: swallow, instance: ${instance}}`).faults?.[0]?.instance).toBe(instance);
  });
});

test("every fault and every limit has its line, and stands in the JSON Schema with its parameters", () => {
  const schema = JSON.stringify(configurationSchema());
  for (const { name, summary, parameters } of faultDescriptions()) {
    expect(schema).toContain(JSON.stringify(summary));
    expect([name, summary]).toEqual([name, expect.stringMatching(/^[a-z].{10,}[^.]$/)]);
    for (const { description } of parameters) expect([name, description.length > 5]).toEqual([name, true]);
  }
  expect(limitDescriptions().every(({ description }) => description.length > 5)).toBe(true);
  expect(new Set(faultKinds.map(({ name }) => name)).size).toBe(faultKinds.length);
});

test("what docs/faults.md shows is a configuration", () => {
  const shown = /```yaml\n(faults:[\s\S]*?)```/.exec(readFileSync("docs/faults.md", "utf8"))?.[1];
  expect(parseConfiguration(`${INSTANCES}${shown}`, "c").faults).toHaveLength(4);
});

test("no parameter has the name of a limit", () => {
  const limits = limitDescriptions().map(({ name }) => name);
  const parameters = faultDescriptions().flatMap((fault) => fault.parameters.map(({ name }) => name));
  expect(parameters.filter((name) => limits.includes(name))).toEqual([]);
});
