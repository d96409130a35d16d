import { describe, expect, test } from "vitest";
import {
  DEFAULT_ROTATION,
  EC2_ROTATION,
  intervalOf,
  type RotationSettings,
} from "../../credential-rotator/configuration.ts";
import {
  type Moment,
  momentsBetween,
  nextMomentAfter,
  type Schedule,
  setInForce,
} from "../../credential-rotator/schedule.ts";
import { type Dice, dice } from "../../entropy/dice.ts";

const START = Date.parse("2026-11-24T00:00:00Z");
const HOUR = 3_600_000;
const MINUTE = 60_000;
const ALWAYS = Number.NEGATIVE_INFINITY;

const plain = (settings: RotationSettings = DEFAULT_ROTATION, forced: number[] = []): Schedule => ({
  deliveredFrom: START,
  deliveredUntil: Number.POSITIVE_INFINITY,
  restarts: 0,
  eras: [{ from: ALWAYS, settings }],
  forced: [[], forced],
});
const clock = (instant: number) => new Date(instant).toISOString().slice(11, 23).replace(".000", "");
const show = ({ kind, at, set }: Moment) => `${clock(at)} ${kind} ${clock(set.issuedAt)}`;

describe("the set in force", () => {
  test.each([
    [-1, undefined],
    [0, { issuedAt: 0, expiresAt: 6 * HOUR }],
    [HOUR - 1, { issuedAt: 0, expiresAt: 6 * HOUR }],
    [HOUR, { issuedAt: HOUR, expiresAt: 7 * HOUR }],
    [1e9 * HOUR + 1, { issuedAt: 1e9 * HOUR, expiresAt: (1e9 + 6) * HOUR }],
  ])("%d ms after the association", (after, expected) => {
    const set = setInForce(plain(), START + after);
    expect(set && { issuedAt: set.issuedAt - START, expiresAt: set.expiresAt - START }).toEqual(expected);
  });

  test("as EC2: the first one ends 6:35:00 after the association", () => {
    expect(setInForce(plain(EC2_ROTATION), START)?.expiresAt).toBe(START + 6 * HOUR + 35 * MINUTE);
  });

  test("a forced one is in force at that instant, counts, and the rhythm goes on from it", () => {
    const forcedAt = START + 20 * MINUTE + 300;
    const schedule = plain(DEFAULT_ROTATION, [START - HOUR, forcedAt]);
    expect(setInForce(schedule, forcedAt - 1)).toMatchObject({
      issuedAt: START,
      inForceUntil: forcedAt,
      forcedRotations: 0,
    });
    const forced = { inForceFrom: forcedAt, issuedAt: START + 20 * MINUTE, forcedRotations: 1 };
    expect(setInForce(schedule, forcedAt)).toMatchObject(forced);
    expect(setInForce(schedule, START + 80 * MINUTE)).toMatchObject({
      issuedAt: START + 80 * MINUTE,
      forcedRotations: 1,
    });
  });

  test("two forced within a second, or at one instant, differ by their count", () => {
    const [first, second] = [START + 10, START + 20];
    const schedule = plain(DEFAULT_ROTATION, [first, second, second]);
    const sets = [START, first, second].map((at) => setInForce(schedule, at));
    expect(sets.map((set) => set?.forcedRotations)).toEqual([0, 1, 3]);
    expect(sets.map((set) => set?.issuedAt)).toEqual([START, START, START]);
  });

  test("other settings begin with a set of their own", () => {
    const changedAt = START + 90 * MINUTE;
    const changed = { ...DEFAULT_ROTATION, lifetimeMilliseconds: HOUR };
    const schedule = { ...plain(), eras: [...plain().eras, { from: changedAt, settings: changed }] };
    expect(setInForce(schedule, changedAt - 1)).toMatchObject({ issuedAt: START + HOUR, inForceUntil: changedAt });
    expect(setInForce(schedule, changedAt)).toMatchObject({ issuedAt: changedAt, expiresAt: changedAt + HOUR });
    expect(setInForce(schedule, changedAt + 55 * MINUTE)?.issuedAt).toBe(changedAt + 55 * MINUTE);
  });
});

describe("moments", () => {
  test("in order, a new set before the end of the old one", () => {
    const moments = momentsBetween(plain(), START + 5 * HOUR, START + 7 * HOUR).map(show);
    expect(moments).toEqual([
      "06:00:00 renewed 06:00:00",
      "06:00:00 expired 00:00:00",
      "07:00:00 renewed 07:00:00",
      "07:00:00 expired 01:00:00",
    ]);
  });

  test("the first one is issued, all others renew; forced ones at their own instant", () => {
    const moments = momentsBetween(plain(DEFAULT_ROTATION, [START + 90_500]), START - 1, START + HOUR + 2 * MINUTE);
    expect(moments.map(show)).toEqual([
      "00:00:00 issued 00:00:00",
      "00:01:30.500 renewed 00:01:30",
      "01:01:30 renewed 01:01:30",
    ]);
  });

  test("a look from within the second of a forced one still finds it ahead", () => {
    const schedule = plain(DEFAULT_ROTATION, [START + 500]);
    const [moment] = momentsBetween(schedule, START + 200, START + HOUR);
    expect(moment && show(moment)).toBe("00:00:00.500 renewed 00:00:00");
    expect(nextMomentAfter(schedule, START + 200)).toBe(START + 500);
    expect(nextMomentAfter(schedule, START + 500)).toBe(START + HOUR);
  });

  test("none in an empty stretch, and none twice", () => {
    expect(momentsBetween(plain(), START, START)).toEqual([]);
    expect(momentsBetween(plain(), START, START + HOUR - 1)).toEqual([]);
    expect(nextMomentAfter(plain(), START - HOUR)).toBe(START);
    expect(nextMomentAfter(plain(), START)).toBe(START + HOUR);
  });
});

/** A schedule with everything in it, in a working day. */
function randomSchedule({ integer, chance }: Dice): Schedule {
  const settings = (): RotationSettings => ({
    lifetimeMilliseconds: (2 + integer(chance(0.3) ? 60 : 30_000)) * 1000,
    everyMilliseconds: (1 + integer(7200)) * 1000,
    leadMilliseconds: integer(1200) * 1000,
    blurred: false,
  });
  const instants = (most: number) =>
    Array.from({ length: integer(most + 1) }, () => START - HOUR + integer(9 * HOUR)).sort((a, b) => a - b);
  const eras = instants(2).map((from) => ({ from, settings: settings() }));
  return {
    deliveredFrom: START + integer(7200) * 1000,
    // Half of the deliveries end while they are looked at.
    deliveredUntil: integer(2) === 0 ? Number.POSITIVE_INFINITY : START + HOUR * 2 + integer(6 * HOUR),
    restarts: 0,
    eras: [{ from: ALWAYS, settings: settings() }, ...eras],
    forced: [instants(3), instants(3)],
  };
}

interface PlainSet {
  readonly from: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly forced: number;
  readonly lead: number;
}

/** The rule told as a story, set after set, to compare with the arithmetic. */
function story({ deliveredFrom, deliveredUntil, eras, forced }: Schedule, until: number): PlainSet[] {
  const breaks = [...new Set([...eras.map(({ from }) => from), ...forced.flat()])].filter((at) => at > deliveredFrom);
  const sets: PlainSet[] = [];
  for (let from = deliveredFrom; from <= until && from < deliveredUntil; ) {
    const { settings } = eras.findLast((era) => era.from <= from) as (typeof eras)[number];
    const issuedAt = from - (from % 1000);
    const count = forced.flat().filter((at) => at >= deliveredFrom && at <= from).length;
    const lead = Math.min(settings.leadMilliseconds, settings.lifetimeMilliseconds / 2);
    sets.push({ from, issuedAt, expiresAt: issuedAt + settings.lifetimeMilliseconds, forced: count, lead });
    const next = issuedAt + intervalOf(settings);
    from = Math.min(next, ...breaks.filter((at) => at > from));
  }
  return sets;
}

describe.each(Array.from({ length: 40 }, (_, i) => `schedule ${i}`))("any schedule (seed %s)", (seed) => {
  const throws = dice(seed);
  const schedule = randomSchedule(throws);
  const end = START + 9 * HOUR;
  const sets = story(schedule, end);
  const inForceAt = (at: number) =>
    at < schedule.deliveredUntil ? sets.findLast(({ from }) => from <= at) : undefined;

  test("the set in force is the newest one, in whatever order one asks", () => {
    for (let i = 0; i < 500; i++) {
      const at = START - HOUR + throws.integer(10 * HOUR);
      const [set, expected] = [setInForce(schedule, at), inForceAt(at)];
      expect(set && [set.inForceFrom, set.issuedAt, set.expiresAt, set.forcedRotations]).toEqual(
        expected && [expected.from, expected.issuedAt, expected.expiresAt, expected.forced],
      );
      if (set) expect(at >= set.inForceFrom && at < set.inForceUntil).toBe(true);
    }
  });

  test("lives overlap: at a renewal the lead, or half of the life, is left of the old set", () => {
    const late = sets.filter((set, i) => {
      const next = sets[i + 1];
      return next && set.expiresAt - next.from < set.lead;
    });
    expect(late).toEqual([]);
  });

  test("moments are those of the story, however the time is cut", () => {
    const expected = [
      ...sets.map(({ from, issuedAt }, i) => `${from} ${i === 0 ? "issued" : "renewed"} ${issuedAt}`),
      ...sets
        .filter(({ expiresAt }) => expiresAt <= end)
        .map(({ issuedAt, expiresAt }) => `${expiresAt} expired ${issuedAt}`),
    ].sort();
    const found: string[] = [];
    let next = nextMomentAfter(schedule, START - HOUR);
    for (let from = START - HOUR; from < end; ) {
      const to = Math.min(end, from + 1 + throws.integer(3 * HOUR));
      const moments = momentsBetween(schedule, from, to);
      expect(moments[0]?.at ?? next).toBe(next);
      if (moments.length > 0) next = nextMomentAfter(schedule, to);
      expect(moments).toEqual(moments.toSorted((a, b) => a.at - b.at));
      const limit = throws.integer(4) + 1;
      expect(momentsBetween(schedule, from, to, limit).slice(-limit)).toEqual(moments.slice(-limit));
      found.push(...moments.map(({ at, kind, set }) => `${at} ${kind} ${set.issuedAt}`));
      from = to;
    }
    expect(found.sort()).toEqual(expected);
  });
});

test("a century ahead costs no more than a minute ahead: the schedule is arithmetic", () => {
  const schedule = plain(DEFAULT_ROTATION, [START + MINUTE]);
  const far = START + 100 * 365 * 24 * HOUR;
  expect(setInForce(schedule, far)?.issuedAt).toBeLessThanOrEqual(far);
  expect(nextMomentAfter(schedule, far)).toBeGreaterThan(far);
  expect(momentsBetween(schedule, far, far + HOUR)).toHaveLength(2);
});
