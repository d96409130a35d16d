// The whole tree of three instances, walked with curl. The transcripts are in docs/walks; `vitest -u` writes them anew.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readConfiguration, simulate } from "../../index.ts";
import { describeWith } from "../requires.ts";
import { curl, ROOT } from "./software.ts";

const WALKS = join(ROOT, "docs/walks");
const walk = (imds: string) => promisify(execFile)(join(WALKS, "walk.sh"), [imds]);
const START = Date.parse("2026-11-24T00:00:00Z");

describeWith([curl], "a walk over the whole tree", () => {
  test.each([
    ["plain", "127.0.0.1:0"],
    ["spot", "127.0.0.1:0"],
    ["ipv6-only", "[::1]:0"],
  ])("%s", async (shape, imds) => {
    const configuration = await readConfiguration(join(WALKS, `${shape}.yaml`));
    await using simulation = await simulate({ configuration, speed: 0, startAt: START, seed: shape, listen: { imds } });
    if (shape === "spot") await simulation.act("interrupt-spot");
    const { stdout, stderr } = await walk(simulation.urls.imds);
    expect(stderr).toBe("");
    await expect(stdout).toMatchFileSnapshot(join(WALKS, `${shape}.txt`));
  });
});
