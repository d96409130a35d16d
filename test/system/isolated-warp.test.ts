// Does an unmodified program with no setting at all, in a network of its own, live on a clock that moves with the server's?

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { expect, test } from "vitest";
import { programEnvironment } from "../../cli/exec.ts";
import { type Isolated, isolate, type Simulation, simulate } from "../../index.ts";
import { boto3, movableClock, PYTHON, ROOT } from "../clients/software.ts";
import { describeWith } from "../requires.ts";
import { namespaces } from "./isolated.ts";

/** Writes an item at each line of input, and says by which key and when on its own clock. */
const CLIENT = `
import boto3, sys, time
session = boto3.Session()
s3 = session.client("s3", region_name="us-east-1")
print("ready", flush=True)
for line in sys.stdin:
    s3.put_object(Bucket="mybucket", Key="item", Body=b"")
    print(session.get_credentials().get_frozen_credentials().access_key, time.time(), time.monotonic(), flush=True)
`;

async function isolated(simulation: Simulation, args: readonly string[]): Promise<Isolated> {
  const own = await simulation.environment({ isolated: true });
  const environment = programEnvironment(process.env, own);
  const place = {};
  const streams = { stdio: "pipe", warp: {} } as const;
  return isolate({ controls: simulation, place, program: PYTHON, args, directory: ROOT, environment, ...streams });
}

describeWith([namespaces, boto3, movableClock], "an isolated program on a clock of its own", () => {
  test("boto3 goes on across two expiries without an error, with new keys", async () => {
    await using simulation = await simulate({ speed: 0 });
    await using program = await isolated(simulation, ["-c", CLIENT]);
    const { warped } = program;
    warped?.stderr?.pipe(process.stderr);
    const lines = createInterface({ input: warped?.stdout as Readable })[Symbol.asyncIterator]();
    const hear = async () => String((await lines.next()).value);
    const use = async () => {
      warped?.stdin?.write("\n");
      const [key = "", ...times] = (await hear()).split(" ");
      return { key, times: times.map(Number) };
    };
    expect(await hear()).toBe("ready");
    const first = await use();
    const keys = new Set([first.key]);
    for (let halfHours = 1; halfHours <= 26; halfHours++) {
      await warped?.leap(1800, () => simulation.clock.advance("30m"));
      const { key, times } = await use();
      keys.add(key);
      for (const [i, time] of times.entries())
        expect(Math.abs(time - (first.times[i] ?? 0) - 1800 * halfHours)).toBeLessThan(30);
    }
    expect(keys.size).toBeGreaterThanOrEqual(3);
    const { requests } = await simulation.requests({ face: "aws" });
    expect(requests.map(({ status }) => status)).toEqual(Array(27).fill(200));
    warped?.stdin?.end();
    expect(await warped?.exited).toBe(0);
    expect(await program.ended).toEqual([0, null]);
  });

  test("its status and signals are its own", async () => {
    await using simulation = await simulate({ speed: 0 });
    await using seven = await isolated(simulation, ["-c", "import sys; sys.exit(7)"]);
    expect(await seven.warped?.exited).toBe(7);
    expect(await seven.ended).toEqual([7, null]);
    await using sleeping = await isolated(simulation, ["-c", "import time; time.sleep(3600)"]);
    sleeping.warped?.kill("SIGTERM");
    expect(await sleeping.warped?.exited).toBe(143);
    expect(await sleeping.ended).toEqual([null, "SIGTERM"]);
  });
});
