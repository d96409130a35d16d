// What is allowed? The thresholds of the checks, which a scenario or a caller sets.

export interface ThresholdRow {
  /** What a good program with any of the AWS SDKs stays within, with a reason where the number has one. */
  readonly usual: number;
  readonly unit: "calls" | "requests" | "seconds";
  /** "at most" unless it says "at least". */
  readonly allows: "at most" | "at least";
  /** What is counted or measured. */
  readonly about: string;
}

const atMost = (usual: number, unit: ThresholdRow["unit"], about: string): ThresholdRow => ({
  usual,
  unit,
  allows: "at most",
  about,
});

/** Another threshold is another row: its schema, its default and its documentation follow. */
export const THRESHOLDS = {
  expiredCalls: atMost(0, "calls", "calls signed with keys that had expired, although new ones could be had"),
  // Some SDKs renew at the expiry itself (Go v2) or seconds before it (Rust): what matters is that no call is refused.
  leastMarginSeconds: {
    usual: 0,
    unit: "seconds",
    allows: "at least",
    about: "how long before the old keys' expiry new ones are in use; negative allows that long afterwards",
  },
  imdsV1Requests: atMost(0, "requests", "requests to the metadata service without a token"),
  // The AWS SDK for Java v1 asks for two, and a program may have several clients of its own.
  tokensPerRenewal: atMost(4, "requests", "tokens taken in one renewal"),
  // One renewal of one client is three requests, of Java v1 four; a failing one is tried up to four times.
  requestsPerRenewal: atMost(12, "requests", "requests for a token, the role or its credentials in one renewal"),
  requestsPerMinute: atMost(300, "requests", "the same in any one minute"),
  // After a failure many SDKs ask again 5 to 15 minutes later, and time is moved in steps.
  recoverySeconds: atMost(1200, "seconds", "from the end of what had stopped its calls to the first that is accepted"),
  // What a renewal and its retries take.
  stoppedSeconds: atMost(60, "seconds", "how long it calls nobody while keys are alive and new ones cannot be had"),
  // Several clients in one program renew each for itself, up to 15 minutes before the expiry.
  staleSeconds: atMost(1800, "seconds", "how long old keys are used after newer ones had been served"),
} satisfies Record<string, ThresholdRow>;

export type ThresholdName = keyof typeof THRESHOLDS;

/** Numbers in the units of the table. */
export type Thresholds = { readonly [Name in ThresholdName]: number };

export const usualThresholds: Thresholds = Object.fromEntries(
  Object.entries(THRESHOLDS).map(([name, { usual }]) => [name, usual]),
) as unknown as Thresholds;
