// Which checks are there? One row each: verdicts, reports and docs/exercise.md follow.

import { noHammering, noStampede, tokenReuse } from "./bursts.ts";
import type { Check } from "./check.ts";
import { exitStatus, noHang } from "./endings.ts";
import { noEarlyStop } from "./no-early-stop.ts";
import { noExpiredCredentials } from "./no-expired-credentials.ts";
import { noImdsV1 } from "./no-imdsv1.ts";
import { noStaleCredentials } from "./no-stale-credentials.ts";
import { recovery } from "./recovery.ts";
import { renewedInTime } from "./renewed-in-time.ts";
import { roleKeysUsed } from "./role-keys-used.ts";

export const CHECKS: readonly Check[] = [
  roleKeysUsed,
  noExpiredCredentials,
  renewedInTime,
  noStaleCredentials,
  noEarlyStop,
  recovery,
  noImdsV1,
  tokenReuse,
  noStampede,
  noHammering,
  noHang,
  exitStatus,
];
