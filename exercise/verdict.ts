// Did the program come through? What a verdict consists of.

/** How one set of keys was followed by the next in the program's calls. */
export interface Rotation {
  /** From 1. */
  readonly number: number;
  /** The keys in use at its beginning, and when they expired. */
  readonly accessKeyId: string;
  readonly expiresAt: number;
  /** The newest keys that the program was using when the old ones expired, or took up later; absent when it never did. */
  readonly nextAccessKeyId?: string;
  /** When the program asked for the new keys, got them, and first used them, epoch milliseconds. */
  readonly askedAt?: number;
  readonly servedAt?: number;
  readonly pickedUpAt?: number;
  /** How long before the old keys' expiry the new ones were first used; negative afterwards. */
  readonly marginSeconds?: number;
  /** Requests to the metadata service of that renewal, and those for a token among them. */
  readonly imdsRequests: number;
  readonly tokenRequests: number;
}

export interface CheckResult {
  readonly name: string;
  /** "skipped" where the run could not tell, with the reason as its message. */
  readonly outcome: "passed" | "failed" | "skipped";
  /** One line that names what was seen, and of a failure what is wrong and since when. */
  readonly message: string;
  /** What was measured, and what was allowed, in the check's unit. */
  readonly measured?: number;
  readonly threshold?: number;
}

export interface Verdict {
  readonly passed: boolean;
  readonly rotations: readonly Rotation[];
  readonly checks: readonly CheckResult[];
}
