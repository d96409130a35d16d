// When does each client ask for new credentials? Its rule, as its source has it in the version that was read, and what it takes to see it:
// which lives to serve to a client on real time, and how far to move the clock of one whose clock can be moved.

/** Instants are left out: a rule counts from when the client was served its keys, or back from when these expire. */
export interface RefreshRule {
  /** What its users call it. */
  readonly client: string;
  /** What was read, and where it stands there. */
  readonly source: string;
  /** In one sentence. */
  readonly rule: string;
  /** On real time: a life as short as the client needs it, the next set so soon after, … */
  readonly lifetimeSeconds: number;
  readonly everySeconds: number;
  /** …and it asks again at its first call after this, at most. */
  readonly withinSeconds: number;
  /**
   * On a moved clock, with the lives of EC2: it asks at its next call when less than this is left, or this share of the life, or when it
   * has had its keys for so long, whichever comes first. Absent where it goes by a clock that is not the wall clock.
   */
  readonly due?: { readonly leftSeconds?: number; readonly leftShare?: number; readonly heldSeconds?: number };
}

/** By the names of their repositories. Each was run against a metadata service in the version named. */
export const REFRESH_RULES = {
  botocore: {
    client: "boto3, botocore, AWS CLI",
    source: "botocore 1.44.5, utils.py:698-730, credentials.py:567-630",
    rule: "Asks when less than 15 minutes are left; keys with less than 17 to 25 minutes to live it takes for longer-lived, and asks 2 to 10 minutes later, never sooner.",
    lifetimeSeconds: 1020,
    everySeconds: 60,
    withinSeconds: 600,
    due: { leftSeconds: 900 },
  },
  "aws-sdk-js-v3": {
    client: "AWS SDK for JavaScript v3",
    source:
      "@aws-sdk/credential-provider-node 3.972.97, memoize-chain.js:21-53; @smithy/core 3.41.0, memoizeIdentityProvider.js:3-52",
    rule: "Asks when less than 5 minutes are left: the default chain beside a call that still has the old keys, fromInstanceMetadata() before it.",
    lifetimeSeconds: 303,
    everySeconds: 1,
    withinSeconds: 3,
    due: { leftSeconds: 300 },
  },
  "aws-sdk-js": {
    client: "AWS SDK for JavaScript v2",
    source: "aws-sdk 2.1693.0, credentials.js:88-104",
    rule: "Asks when less than 15 seconds are left; keys that come with less it keeps for 15 to 20 minutes.",
    lifetimeSeconds: 18,
    everySeconds: 1,
    withinSeconds: 3,
    due: { leftSeconds: 15 },
  },
  "aws-sdk-go-v2": {
    client: "AWS SDK for Go v2",
    source: "credentials 1.20.16, ec2rolecreds/provider.go:103-142; config 1.33.16, resolve_credentials.go:430",
    rule: "Asks when the keys have expired, or after an hour.",
    lifetimeSeconds: 3,
    everySeconds: 1,
    withinSeconds: 3,
    due: { leftSeconds: 0, heldSeconds: 3600 },
  },
  "aws-sdk-go": {
    client: "AWS SDK for Go v1",
    source: "aws-sdk-go 1.55.8, ec2rolecreds/ec2_role_provider.go",
    rule: "Asks when less than 5 minutes are left.",
    lifetimeSeconds: 303,
    everySeconds: 1,
    withinSeconds: 3,
    due: { leftSeconds: 300 },
  },
  "aws-sdk-java-v2": {
    client: "AWS SDK for Java v2",
    source: "auth 2.57.8, InstanceProfileCredentialsProvider.java:186-205; utils 2.57.8, CachedSupplier.java",
    rule: "Asks when half of the life is over, but not within 5 minutes, and a little later by chance; at the latest a second before the expiry.",
    lifetimeSeconds: 4,
    everySeconds: 1,
    withinSeconds: 3,
    due: { leftSeconds: 61 },
  },
  "aws-sdk-java": {
    client: "AWS SDK for Java v1",
    source: "aws-java-sdk-core 1.12.797, BaseCredentialsFetcher.java:44-130",
    rule: "Asks when less than 15 minutes are left, or after an hour.",
    lifetimeSeconds: 903,
    everySeconds: 1,
    withinSeconds: 3,
    due: { leftSeconds: 900, heldSeconds: 3600 },
  },
  "aws-sdk-rust": {
    client: "AWS SDK for Rust",
    source: "aws-config 1.13.0; aws-smithy-runtime 1.16.2, lazy.rs:28-29",
    rule: "Asks when less than 5 to 10 seconds are left, by chance.",
    lifetimeSeconds: 15,
    everySeconds: 1,
    withinSeconds: 10,
    due: { leftSeconds: 5 },
  },
  "aws-c-auth": {
    client: "AWS CRT (awscrt)",
    source: "aws-c-auth 0.10.5, credentials_provider_cached.c (REFRESH_CREDENTIALS_EARLY)",
    rule: "Asks when less than 5 minutes are left by the monotonic clock, which a moved wall clock leaves as it is.",
    lifetimeSeconds: 303,
    everySeconds: 1,
    withinSeconds: 4,
  },
  "minio-go": {
    client: "minio-go",
    source: "minio-go 7.4.1, credentials.go (DefaultExpiryWindow)",
    rule: "Asks when four fifths of the life are over.",
    lifetimeSeconds: 5,
    everySeconds: 1,
    withinSeconds: 4,
    due: { leftShare: 0.2 },
  },
} as const satisfies Record<string, RefreshRule>;

export type RefreshingClient = keyof typeof REFRESH_RULES;

export const REFRESHING_CLIENTS = Object.keys(REFRESH_RULES) as [RefreshingClient, ...RefreshingClient[]];

/**
 * The instant from which on its next call asks for new keys, on a clock that is moved; epoch milliseconds. Undefined for a client that
 * goes by another clock.
 */
export function refreshDueAt(client: RefreshingClient, servedAt: number, expiresAt: number): number | undefined {
  const { due }: RefreshRule = REFRESH_RULES[client];
  if (due === undefined) return undefined;
  const { leftShare = 0, heldSeconds = Number.POSITIVE_INFINITY } = due;
  const leftMilliseconds = (due.leftSeconds ?? 0) * 1000 + leftShare * (expiresAt - servedAt);
  return Math.min(expiresAt - leftMilliseconds, servedAt + heldSeconds * 1000);
}
