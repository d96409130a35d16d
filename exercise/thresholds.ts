// What is allowed? The thresholds of the checks, which a scenario or a caller sets.

/** Each is the most that passes, unless its name says that it is the least. */
export interface Thresholds {
  /** Calls that were refused because their keys had expired (ExpiredToken and its like). */
  readonly expiredCalls: number;
  /** The least that new keys must be in use before the old ones expire; negative allows that long afterwards. */
  readonly leastMarginSeconds: number;
  /** Requests to the metadata service without a token. */
  readonly imdsV1Requests: number;
  /** Requests for a token in one renewal. */
  readonly tokensPerRenewal: number;
  /** Requests to the metadata service in one renewal. */
  readonly requestsPerRenewal: number;
  /** From the end of an outage to the first accepted call, where calls had stopped or been refused. */
  readonly recoverySeconds: number;
  /** How long old keys may be used after newer ones had been served to the program. */
  readonly staleSeconds: number;
}
