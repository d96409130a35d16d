// A program is exercised from code: the example of docs/testing.md, as it stands there.

import { expect, test } from "vitest";
import { exercise, textReport } from "../../index.ts";
import { describeWith } from "../requires.ts";
import { movableClock } from "./software.ts";

describeWith([movableClock], "exercise() in a test", () => {
  // #region exercise
  // import { exercise, textReport } from "mayfly";
  test("the service renews its keys, three times in a row", async () => {
    const report = await exercise({
      programs: [{ command: "node", arguments: ["examples/github-actions/service.js"] }],
      rotations: 3,
    });
    expect(report.passed, textReport(report)).toBe(true);
  });
  // #endregion
});
