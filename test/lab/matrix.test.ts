// Is what docs/sdk-refresh.md says in step with the laboratory: with its clients, the scenarios and the behaviours?

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readExerciseScenario, shippedScenarios } from "../../index.ts";
import { BEHAVIOURS } from "../../lab/behaviours.ts";
import { CLIENTS, versionOf } from "../../lab/clients.ts";
import { figuresOf } from "../../lab/figures.ts";
import { type Cell, differing, EMPTY, type Matrix, merged, withRepeated } from "../../lab/matrix.ts";
import { page } from "../../lab/page.ts";
import type { Seen } from "../../lab/run.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const matrix: Matrix = JSON.parse(read("docs/sdk-refresh.json"));
const shipped = await shippedScenarios();
const isPinned = ({ version }: (typeof CLIENTS)[number]) => "file" in version;

describe("the page", () => {
  test("is written of the JSON beside it", () => {
    expect(read("docs/sdk-refresh.md")).toBe(page(matrix));
  });

  test("has the clients of the laboratory in the versions of their manifests", () => {
    expect(matrix.clients.map(({ name }) => name)).toEqual(CLIENTS.map(({ name }) => name));
    for (const client of CLIENTS.filter(isPinned)) {
      expect([client.name, matrix.clients.find(({ name }) => name === client.name)?.version]).toEqual([
        client.name,
        versionOf(client),
      ]);
    }
  });

  test("has a cell for each client under each shipped scenario: a run, or why there is none", () => {
    const names = CLIENTS.flatMap(({ name }) => shipped.map((scenario) => `${name} ${scenario.name}`));
    expect(matrix.cells.map(({ client, scenario }) => `${client} ${scenario}`)).toEqual(names);
    for (const { figures, reason } of matrix.cells) expect(figures === undefined).toBe(Boolean(reason));
  });

  test("has the behaviours of the laboratory, and at least ten were seen", () => {
    expect(matrix.behaviours.map(({ id }) => id)).toEqual(BEHAVIOURS.map(({ id }) => id));
    expect(matrix.behaviours.filter(({ isReproduced }) => isReproduced).length).toBeGreaterThanOrEqual(10);
  });
});

describe("the laboratory", () => {
  test("each client's probe is there, and its version can be told", () => {
    const probes = CLIENTS.flatMap(({ command }) => command.filter((word) => word.includes("lab/probes/")));
    for (const path of probes) expect([path, existsSync(path.split(" ")[1] ?? path)]).toEqual([path, true]);
    for (const client of CLIENTS.filter(isPinned)) expect(versionOf(client)).toMatch(/^\d+(\.\d+)+$/);
  });

  test.for(BEHAVIOURS.map((row) => [row.id, row] as const))(
    "%s: its client and its scenario are there",
    async ([, row]) => {
      expect(CLIENTS.map(({ name }) => name)).toContain(row.client);
      const { scenario } = row;
      const file = scenario.endsWith(".yaml") ? join(root, "lab", scenario) : scenario;
      await expect(readExerciseScenario(file)).resolves.toHaveProperty("title");
    },
  );

  test("what was measured before stays until it is measured again, and goes with its client", () => {
    const [client] = matrix.clients;
    const [scenario] = matrix.scenarios;
    if (!client || !scenario) throw new Error("the matrix is empty");
    const of = (reason: string) => ({ client: client.name, scenario: scenario.name, reason });
    const place = { ...EMPTY, clients: [client], scenarios: [scenario] };
    const before: Matrix = { ...place, cells: [of("before"), { ...of("gone"), client: "gone" }] };
    expect(merged(before, place).cells).toEqual([of("before")]);
    expect(merged(before, { ...place, cells: [of("now")] }).cells).toEqual([of("now")]);
    expect(merged(EMPTY, place).cells).toEqual([of("it has not been run")]);
  });
});

describe("a repeat", () => {
  const cell = (client: string, outcome: "passed" | "failed", ...failed: string[]): Cell => ({
    ...{ client, scenario: "imds-outage" },
    figures: { outcome, failed: failed.map((name) => ({ name, message: "" })) } as never,
  });
  const first: Matrix = {
    ...EMPTY,
    cells: [
      cell("boto3", "failed", "recovery", "no-hang"),
      cell("rust", "passed"),
      cell("gdal", "failed", "recovery"),
      { client: "s3fs", scenario: "imds-outage", reason: "/dev/fuse is not installed" },
    ],
    behaviours: [{ id: "rust-keeps-a-dead-token", isReproduced: true, sources: [], seen: "x" } as never],
  };
  const again = [
    cell("boto3", "failed", "no-hang", "recovery"),
    cell("rust", "failed", "stale"),
    cell("gdal", "failed", "no-hang"),
    cell("s3fs", "passed"),
  ];
  const matrix = withRepeated(first, again, [{ id: "rust-keeps-a-dead-token", isReproduced: false } as never]);

  test("leaves what was measured as it is, and tells which verdicts are others", () => {
    expect(matrix.cells.map(({ figures }) => figures)).toEqual(first.cells.map(({ figures }) => figures));
    expect(differing(first)).toEqual([]);
    expect(differing(matrix).map(({ client }) => client)).toEqual(["rust", "gdal"]);
    expect(matrix.behaviours).toEqual([{ ...first.behaviours[0], isRepeated: false }]);
  });

  test("is told on the page, by cell", () => {
    expect(page(first)).not.toContain("run again");
    expect(page(matrix)).toContain("1 of 3 cells came out the same");
    expect(page(matrix)).toContain("| rust | imds-outage | ✓ | ✗ `stale` |");
    expect(page(matrix)).toContain("| gdal | imds-outage | ✗ `recovery` | ✗ `no-hang` |");
    expect(page(matrix)).toContain("- Seen, but not when it was run again: x");
  });
});

describe("the figures of a cell", () => {
  const call = (at: number, accessKeyId: string, status: number) => ({ at, purpose: "call", status, accessKeyId });
  const life = { issuedAt: 0, firstServedAt: 0 };
  const seen = {
    complaints: ["Error: 1f0c9a52-3f9e-4c55-9d0a-7f3f7a5b2c11 was refused", "Error: …", "Error: …"],
    report: {
      observation: {
        requests: [
          { at: 0, purpose: "token", status: 200 },
          { at: 1, purpose: "role", status: 200, imdsVersion: 2 },
          { at: 2, purpose: "credentials", status: 500, imdsVersion: 1, count: 3, lastAt: 4 },
          call(10, "OLD", 200),
          call(60_000, "OLD", 403),
          call(70_000, "NEW", 404),
        ],
        lives: [
          { ...life, accessKeyId: "OLD", expiresAt: 60_000 },
          { ...life, accessKeyId: "NEW", expiresAt: 90_000 },
        ],
        ending: { kind: "early", exitCode: 134 },
      },
      verdict: {
        passed: false,
        rotations: [
          { askedAt: 50_000, expiresAt: 60_000, marginSeconds: 8, imdsRequests: 3 },
          { expiresAt: 90_000, marginSeconds: -4, imdsRequests: 9 },
        ],
        checks: [
          { name: "recovery", outcome: "passed", measured: 12.4, message: "" },
          { name: "no-hang", outcome: "failed", message: "hung at 2026-11-26T08:00:00Z with ASIA0123456789ABCDEF" },
        ],
      },
    },
  } as unknown as Seen;

  test("are counts and the least of all rotations, without what is another in each run", () => {
    expect(figuresOf(seen)).toEqual({
      outcome: "failed",
      failed: [{ name: "no-hang", message: "hung with keys" }],
      rotations: 2,
      askedSeconds: 10,
      marginSeconds: -4,
      requestsPerRenewal: 9,
      imdsRequests: 5,
      imdsV1Requests: 3,
      calls: 3,
      refusedCalls: 1,
      expiredCalls: 1,
      failedCalls: 3,
      recoverySeconds: 12,
      ending: "ended by itself with status 134",
      complaint: "Error: …",
    });
  });
});
