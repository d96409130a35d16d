// Can this test run here? What the machine lacks is named in the report as the reason for a skip. Under MAYFLY_NO_SKIPS=1, as in
// .ci/run, where everything has been installed, it is a failure instead.

import { spawnSync } from "node:child_process";
import { describe, test } from "vitest";

/** Why a test cannot run here; undefined when it can. */
export type Need = () => string | undefined;

/** A program that must end with status 0. */
export const program =
  (name: string, ...words: string[]): Need =>
  () => {
    const { status } = spawnSync(name, words, { stdio: "ignore" });
    return status === 0 ? undefined : `\`${[name, ...words].join(" ")}\` does not work here`;
  };

/** An engine that answers, not the client alone. */
export const dockerEngine = program("docker", "version");

/** `describe` for tests that need more than npm brings. */
export function describeWith(needs: readonly Need[], title: string, tests: () => void): void {
  const reason = needs.map((need) => need()).find((missing) => missing !== undefined);
  if (reason === undefined) describe(title, tests);
  else if (process.env.MAYFLY_NO_SKIPS === "1") {
    test(title, () => {
      throw new Error(`may not be skipped, but ${reason}`);
    });
  } else describe.skip(`${title} (skipped: ${reason})`, tests);
}
