// How long do credentials live, and when do new ones come? The `rotation` of the configuration, general or of one instance.

import { z } from "zod";
import { parseDuration } from "../clock/duration.ts";
import { strictMapping } from "../roles/configuration.ts";
import { REFRESH_RULES, REFRESHING_CLIENTS } from "./refresh-rules.ts";

/** What a rotation is made of, in milliseconds. */
export interface RotationSettings {
  readonly lifetimeMilliseconds: number;
  /** From one set to the next, as wished; `intervalOf` says what it comes to. */
  readonly everyMilliseconds: number;
  /** What is left of the old set at least when the new one comes. */
  readonly leadMilliseconds: number;
  /** Whether `LastUpdated` is blurred by up to a minute, as EC2 does. */
  readonly blurred: boolean;
}

export const DEFAULT_ROTATION: RotationSettings = {
  lifetimeMilliseconds: parseDuration("6h"),
  everyMilliseconds: parseDuration("1h"),
  leadMilliseconds: parseDuration("5m"),
  blurred: false,
};

/**
 * As EC2: the first set ends 6:35:00 after the association, seen on instances of September 2026. EC2 promises new ones at
 * least five minutes before the old end (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html)
 * and public captures show documents that are less than an hour old.
 */
export const EC2_ROTATION: RotationSettings = {
  ...DEFAULT_ROTATION,
  lifetimeMilliseconds: parseDuration("6h35m"),
  blurred: true,
};

/** A duration on whole seconds, because AWS writes its instants so; a bare number is seconds. */
function duration(leastSeconds: number, description: string) {
  return z
    .union([z.string(), z.number()], "must be a duration such as 6h, 90s or 1h30m")
    .superRefine((written, { addIssue }) => {
      const fault = durationFault(written, leastSeconds);
      if (fault !== undefined) addIssue(fault);
    })
    .describe(description);
}

function durationFault(written: string | number, leastSeconds: number): string | undefined {
  try {
    const milliseconds = parseDuration(written);
    if (milliseconds % 1000 !== 0) return "must be a whole number of seconds";
    return milliseconds < leastSeconds * 1000 ? `must be at least ${leastSeconds}s` : undefined;
  } catch (error) {
    return (error as RangeError).message;
  }
}

export const rotationConfiguration = z
  .union(
    [
      z.literal("ec2"),
      strictMapping({
        lifetime: duration(2, "How long a set of credentials lives; 6h unless given").exactOptional(),
        every: duration(1, "How long after a set the next one comes; 1h unless given").exactOptional(),
        lead: duration(0, "The least that is left of a set when the next one comes; 5m unless given").exactOptional(),
        refreshing: z
          .enum(REFRESHING_CLIENTS)
          .describe("Lives so short that this client is soon seen to renew, on real time: see docs/testing.md")
          .exactOptional(),
      }),
    ],
    'must be "ec2", or a mapping of lifetime, every, lead and refreshing',
  )
  .describe("ec2: 6 h 35 min from the association on, with blurred timestamps, as EC2 does");

export type RotationConfiguration = z.infer<typeof rotationConfiguration>;

/** The settings of a configuration; what it leaves open is as in `general`. */
export function rotationSettings(
  written: RotationConfiguration | undefined,
  general: RotationSettings = DEFAULT_ROTATION,
): RotationSettings {
  if (written === undefined) return general;
  if (written === "ec2") return EC2_ROTATION;
  const { refreshing, lead } = written;
  const rule = refreshing && REFRESH_RULES[refreshing];
  const { lifetime = rule?.lifetimeSeconds, every = rule?.everySeconds } = written;
  return {
    lifetimeMilliseconds: lifetime === undefined ? general.lifetimeMilliseconds : parseDuration(lifetime),
    everyMilliseconds: every === undefined ? general.everyMilliseconds : parseDuration(every),
    leadMilliseconds: lead === undefined ? general.leadMilliseconds : parseDuration(lead),
    blurred: general.blurred,
  };
}

/**
 * From one set to the next, in milliseconds, on whole seconds: as wished, but never less than the lead before the end of
 * the old set, or half of its life where that is shorter.
 */
export function intervalOf({ lifetimeMilliseconds, everyMilliseconds, leadMilliseconds }: RotationSettings): number {
  const lead = Math.min(leadMilliseconds, lifetimeMilliseconds / 2);
  return Math.floor(Math.min(everyMilliseconds, lifetimeMilliseconds - lead) / 1000) * 1000;
}
