// Was it signed now? By two clocks: the client may live in the simulated time or have stayed in the real one.

import type { Instants, TimeFault } from "./signature.ts";

const TOLERANCE_MILLISECONDS = 15 * 60_000;
const toSecond = (instant: number) => Math.floor(instant / 1000) * 1000;

export interface SignedTime {
  /** Absent in version 2. */
  readonly signedAt?: number;
  /** The life of a presigned URL. */
  readonly expiresSeconds?: number;
  /** The end of that life, where it is presigned. */
  readonly expiresAt?: number;
}

export type TimeVerdict =
  | ({ readonly fault: "signature-expired" | "signature-not-yet-current" } & TimeFault)
  | ({ readonly fault: "presigned-expired" | "presigned-not-yet-valid" } & TimeFault)
  | undefined;

/**
 * Undefined when it is in time, judged on whole seconds as AWS does. A date of signing must lie between the earlier and the
 * later of the two clocks, widened by 15 minutes at both ends. A presigned URL instead lives from its date (15 minutes of
 * clock skew allowed) to its end, on the one clock that its date is nearer to; version 2's has its end for a date. A strict clock
 * is the simulated one alone.
 */
export function judgeTime(signed: SignedTime, instants: Instants, strictClock = false): TimeVerdict {
  const at = toSecond(instants.at);
  const realAt = strictClock ? at : toSecond(instants.realAt);
  return signed.expiresAt === undefined
    ? judgeWindow(signed.signedAt as number, Math.min(at, realAt), Math.max(at, realAt))
    : judgeLife(signed, signed.expiresAt, at, realAt);
}

function judgeWindow(signedAt: number, earlier: number, later: number): TimeVerdict {
  const fault = { signedAt, toleranceMilliseconds: TOLERANCE_MILLISECONDS };
  const from = earlier - TOLERANCE_MILLISECONDS;
  const to = later + TOLERANCE_MILLISECONDS;
  if (signedAt < from) return { fault: "signature-expired", ...fault, judgedAt: earlier, limitAt: from };
  if (signedAt > to) return { fault: "signature-not-yet-current", ...fault, judgedAt: later, limitAt: to };
  return undefined;
}

function judgeLife(signed: SignedTime, expiresAt: number, at: number, realAt: number): TimeVerdict {
  const date = signed.signedAt ?? expiresAt;
  const judgedAt = Math.abs(date - at) <= Math.abs(date - realAt) ? at : realAt;
  const fault = {
    ...(signed.signedAt !== undefined && { signedAt: signed.signedAt }),
    ...(signed.expiresSeconds !== undefined && { expiresSeconds: signed.expiresSeconds }),
    toleranceMilliseconds: TOLERANCE_MILLISECONDS,
    judgedAt,
  };
  const to = judgedAt + TOLERANCE_MILLISECONDS;
  if (judgedAt > expiresAt) return { fault: "presigned-expired", ...fault, limitAt: expiresAt };
  if (signed.signedAt !== undefined && signed.signedAt > to)
    return { fault: "presigned-not-yet-valid", ...fault, limitAt: to };
  return undefined;
}
