// How did all test runs go together? Reads Vitest's JSON reports and prints one closing line; exit status 1 unless all passed.
//
//   node scripts/count-tests.ts FAILED_STEPS REPORT.json…

import { existsSync, readFileSync } from "node:fs";

const [failedSteps = "0", ...reports] = process.argv.slice(2);

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of reports) {
  if (!existsSync(file)) {
    total.failed++;
    continue;
  }
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  total.skipped += report.numPendingTests;
}
// A step that failed without a failed test (lint, types, an installation) is a failure too.
if (failedSteps !== "0" && total.failed === 0) total.failed = 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 || total.skipped > 0 ? 1 : 0;
