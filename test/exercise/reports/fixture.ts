// Reports as runs give them: a program that renews early through three rotations, and three programs through an outage of the metadata
// service.

import type { KeyLife, Observation, SeenRequest } from "../../../exercise/observation.ts";
import type { ExerciseReport, ProgramReport } from "../../../exercise/report.ts";
import type { CheckResult, Rotation } from "../../../exercise/verdict.ts";

export const START = Date.parse("2026-11-26T02:00:00.000Z");
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Of the run, `5:45:01` or `5:45`. */
export const at = (time: string) => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return START + hours * HOUR + minutes * MINUTE + seconds * SECOND;
};

export const passing = (name: string, message = "as it should be"): CheckResult => ({
  name,
  outcome: "passed",
  message,
});

/** Calls as a run sees them: rare in idle hours, each second near the expiry of their keys. */
function* calls(from: number, until: number, life: KeyLife, refusal?: Partial<SeenRequest>): Generator<SeenRequest> {
  for (
    let now = from;
    now < until;
    now += Math.min(20 * MINUTE, Math.max(SECOND, Math.abs(life.expiresAt - now) / 20))
  ) {
    const { accessKeyId } = life;
    yield { at: now, purpose: "call", status: 200, accessKeyId, action: "s3:GetObject", ...refusal };
  }
}

/** Token, role name, credentials. */
export function renewal(now: number, { accessKeyId }: KeyLife): readonly SeenRequest[] {
  const common = { status: 200, imdsVersion: 2, userAgent: "Boto3/1.44.5" } as const;
  return [
    { ...common, at: now, purpose: "token" },
    { ...common, at: now + 4, purpose: "role" },
    { ...common, at: now + 9, purpose: "credentials", accessKeyId },
  ];
}

const life = (end: string, issued: string, times: Partial<KeyLife> = {}): KeyLife => ({
  accessKeyId: `ASIAQHDVVMDPEXAM${end}`,
  issuedAt: at(issued),
  expiresAt: at(issued) + 6 * HOUR,
  ...times,
});

const byTime = (requests: readonly SeenRequest[]) => requests.toSorted((one, other) => one.at - other.at);

/** Renews 15 minutes before expiry, three times. */
export function goodReport(): ExerciseReport {
  const issues = ["0:00", "5:00", "10:00", "15:00"];
  const takenUp = [at("0:00:03"), at("5:45:01"), at("10:45:02"), at("15:45:01")];
  const lives = issues.map((issued, index) =>
    life(["7Q3K", "M2WD", "X9LP", "C4TV"][index] as string, issued, {
      firstServedAt: takenUp[index] as number,
      firstUsedAt: (takenUp[index] as number) + 40,
      lastUsedAt: takenUp[index + 1] ?? at("16:00:31"),
    }),
  );
  const requests = lives.flatMap((one) => [
    ...renewal(one.firstServedAt as number, one),
    ...calls(one.firstUsedAt as number, one.lastUsedAt as number, one),
  ]);
  const rotations = lives.slice(0, -1).map((old, index): Rotation => {
    const next = lives[index + 1] as KeyLife;
    const [servedAt, pickedUpAt] = [next.firstServedAt as number, next.firstUsedAt as number];
    const marginSeconds = (old.expiresAt - pickedUpAt) / 1000;
    const keys = { accessKeyId: old.accessKeyId, nextAccessKeyId: next.accessKeyId, expiresAt: old.expiresAt };
    return {
      number: index + 1,
      ...keys,
      askedAt: servedAt,
      servedAt,
      pickedUpAt,
      marginSeconds,
      imdsRequests: 3,
      tokenRequests: 1,
    };
  });
  const observation: Observation = {
    program: "boto3",
    instanceId: "i-0a1b2c3d4e5f60718",
    clock: "warped",
    beganAt: at("0:00:03"),
    endedAt: at("16:00:31"),
    requests: byTime(requests),
    lives,
    bursts: [],
    faults: [],
    steps: [],
    ending: { kind: "asked", exitCode: 143, wasKilled: false },
  };
  const checks = [
    passing("role-keys-used", "183 calls were signed with the role's keys"),
    passing("no-expired-credentials", "no call was refused for expired keys"),
    {
      ...passing("renewed-in-time", "new keys were in use 14 min 58 s before expiry, or earlier"),
      measured: 897.96,
      threshold: 0,
    },
    passing("no-imdsv1", "all 12 requests had a token"),
    passing("token-reuse", "1 token in each renewal"),
    passing("no-stampede", "3 requests in each renewal"),
    { name: "recovery", outcome: "skipped", message: "the scenario has no outage" } as const,
    passing("exit-status", "143 after SIGTERM"),
  ];
  const program: ProgramReport = {
    name: "boto3",
    command: ["python3", "loop.py", "--bucket", "mybucket"],
    observation,
    verdict: { passed: true, rotations, checks },
  };
  return {
    scenario: "normal-renewal",
    title: "Three expiries, nothing goes wrong",
    passed: true,
    mayflyVersion: "0.1.0",
    startedAt: "2026-11-26T02:00:00.000Z",
    beganAt: START,
    realSeconds: 23.4,
    simulatedSeconds: 57_631,
    programs: [program],
  };
}

/** The metadata service swallows everything from 5:40 to 6:10. */
const outage = {
  bursts: [],
  faults: [{ id: "f1", fault: "swallow", from: at("5:40"), until: at("6:10") }],
  steps: [
    { step: 1, at: "2026-11-26T07:40:00.000Z", did: "raised swallow as f1" },
    { step: 2, at: "2026-11-26T08:10:00.000Z", did: "cleared f1" },
  ],
  clock: "warped",
} as const;

/** Asks early, when half of its keys' life is over. */
function early(): ProgramReport {
  const old = life("AAAA", "0:00", {
    firstServedAt: at("0:00:01"),
    firstUsedAt: at("0:00:02"),
    lastUsedAt: at("3:00"),
  });
  const next = life("BBBB", "3:00", { firstServedAt: at("3:00"), firstUsedAt: at("3:00:01"), lastUsedAt: at("6:12") });
  const requests = [
    ...renewal(at("0:00:01"), old),
    ...calls(at("0:00:02"), at("3:00"), old),
    ...renewal(at("3:00"), next),
    ...calls(at("3:00:01"), at("6:12"), next),
  ];
  const rotation: Rotation = {
    number: 1,
    accessKeyId: old.accessKeyId,
    expiresAt: old.expiresAt,
    nextAccessKeyId: next.accessKeyId,
    askedAt: at("3:00"),
    servedAt: at("3:00"),
    pickedUpAt: at("3:00:01"),
    marginSeconds: 10_799,
    imdsRequests: 3,
    tokenRequests: 1,
  };
  return {
    name: "early",
    command: ["java", "-jar", "early.jar"],
    observation: {
      program: "early",
      instanceId: "i-0000000000000000a",
      beganAt: at("0:00:02"),
      endedAt: at("6:12"),
      requests: byTime(requests),
      lives: [old, next],
      ending: { kind: "asked", exitCode: 0, wasKilled: false },
      ...outage,
    },
    verdict: {
      passed: true,
      rotations: [rotation],
      checks: [
        passing("no-expired-credentials", "no call was refused for expired keys"),
        passing("renewed-in-time", "new keys were in use 2 h 59 min before expiry"),
        passing("no-imdsv1", "all 6 requests had a token"),
        passing("recovery", "calls went on through the outage"),
      ],
    },
  };
}

/** Asks when its calls are refused, and then with 20 workers at once. */
function late(): ProgramReport {
  const old = life("CCCC", "0:00", {
    firstServedAt: at("0:00:01"),
    firstUsedAt: at("0:00:02"),
    lastUsedAt: at("6:10:20"),
  });
  const next = life("DDDD", "6:00", {
    firstServedAt: at("6:10:21"),
    firstUsedAt: at("6:10:22"),
    lastUsedAt: at("6:12"),
  });
  const refusal = { status: 400, errorCode: "ExpiredToken" };
  const swallowed = [at("6:00:10"), at("6:02"), at("6:05"), at("6:09")].map(
    (instant): SeenRequest => ({ at: instant, purpose: "token", status: 0, imdsVersion: 2, fault: "f1" }),
  );
  const requests = [
    ...renewal(at("0:00:01"), old),
    ...calls(at("0:00:02"), at("6:00"), old),
    ...calls(at("6:00:01"), at("6:10:20"), old, refusal),
    ...swallowed,
    ...Array.from({ length: 20 }, (_, worker) => renewal(at("6:10:21") + worker * 30, next)).flat(),
    ...calls(at("6:10:22"), at("6:12"), next),
  ];
  const rotation: Rotation = {
    number: 1,
    accessKeyId: old.accessKeyId,
    expiresAt: old.expiresAt,
    nextAccessKeyId: next.accessKeyId,
    askedAt: at("6:00:10"),
    servedAt: at("6:10:21"),
    pickedUpAt: at("6:10:22"),
    marginSeconds: -622,
    imdsRequests: 64,
    tokenRequests: 24,
  };
  const refused = requests.filter(({ errorCode }) => errorCode !== undefined).length;
  return {
    name: "late",
    command: ["node", "late.js", "20 workers"],
    observation: {
      program: "late",
      instanceId: "i-0000000000000000b",
      beganAt: at("0:00:02"),
      endedAt: at("6:12"),
      requests: byTime(requests),
      lives: [old, next],
      ending: { kind: "asked", exitCode: 143, wasKilled: true },
      ...outage,
    },
    verdict: {
      passed: false,
      rotations: [rotation],
      checks: [
        {
          name: "no-expired-credentials",
          outcome: "failed",
          message: `${refused} calls were refused with ExpiredToken from 2026-11-26T08:00:01Z on: it used keys past their expiry`,
          measured: refused,
          threshold: 0,
        },
        {
          name: "renewed-in-time",
          outcome: "failed",
          message: "new keys were in use only 10 min 22 s after expiry (rotation 1)",
          measured: -622,
          threshold: 0,
        },
        passing("no-imdsv1", "all 67 requests had a token"),
        {
          name: "recovery",
          outcome: "passed",
          message: "calls were accepted 22 s after the outage",
          measured: 22,
          threshold: 120,
        },
      ],
    },
  };
}

/** Keeps its first keys for ever, and asks without a token. Its name is not to be trusted. */
function forever(): ProgramReport {
  const old = life("EEEE", "0:00", {
    firstServedAt: at("0:00:02"),
    firstUsedAt: at("0:00:02"),
    lastUsedAt: at("6:12"),
  });
  const read = { at: at("0:00:02"), status: 200, imdsVersion: 1 } as const;
  const requests: readonly SeenRequest[] = [
    { ...read, purpose: "role" },
    { ...read, purpose: "credentials", accessKeyId: old.accessKeyId },
    ...calls(at("0:00:02"), at("6:00"), old),
    ...calls(at("6:00:01"), at("6:12"), old, { status: 403, errorCode: "ExpiredToken" }),
  ];
  const refused = requests.filter(({ errorCode }) => errorCode !== undefined).length;
  return {
    name: `<script>alert("forever")</script>`,
    command: ["./forever", "--name", "it's\u001b[31m"],
    observation: {
      program: "forever",
      instanceId: "i-0000000000000000c",
      beganAt: at("0:00:02"),
      endedAt: at("6:12"),
      requests: byTime(requests),
      lives: [old],
      ending: { kind: "early", exitCode: 3 },
      ...outage,
    },
    verdict: {
      passed: false,
      rotations: [
        { number: 1, accessKeyId: old.accessKeyId, expiresAt: old.expiresAt, imdsRequests: 0, tokenRequests: 0 },
      ],
      checks: [
        {
          name: "no-expired-credentials",
          outcome: "failed",
          message: `${refused} calls were refused with ExpiredToken: it keeps its first keys for ever`,
          measured: refused,
          threshold: 0,
        },
        { name: "renewed-in-time", outcome: "failed", message: "no new keys were in use within 12 min after expiry" },
        {
          name: "no-imdsv1",
          outcome: "failed",
          message: "2 requests came without a token",
          measured: 2,
          threshold: 0,
        },
        { name: "recovery", outcome: "skipped", message: "it asked nothing during the outage" },
      ],
    },
  };
}

export function badReport(): ExerciseReport {
  return {
    scenario: "imds-outage",
    title: "The metadata service is away across the refresh window and past expiry",
    passed: false,
    mayflyVersion: "0.1.0",
    startedAt: "2026-11-26T02:00:00.000Z",
    beganAt: START,
    realSeconds: 41.25,
    simulatedSeconds: 22_320,
    programs: [early(), late(), forever()],
  };
}
