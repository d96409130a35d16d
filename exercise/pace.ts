// How far may the clocks leap? Idle hours in few leaps; the nearer something is at which a program is looked at, the shorter they get.
//
// Within an hour of the expiry of the keys in use a leap is at most a twentieth of the time that is left until it, or that has passed
// since, so that a window of 15 minutes keeps its proportion and a margin is true within 5 %. Between two things that happen (a step of the scenario, the beginning or
// the end of a fault) there are at least twenty looks, and after one the leaps grow from short ones until the program's calls go well.

/** What is known when the next leap is chosen; all instants simulated, in epoch milliseconds. */
export interface Situation {
  readonly now: number;
  /** When the newest keys in use expire, of each program that uses some. */
  readonly expiries: readonly number[];
  /** The latest thing that happened: the start, a step, or the beginning or end of a fault. */
  readonly happenedAt: number;
  /** The next one; undefined where nothing is to come. */
  readonly nextAt: number | undefined;
  /** Whether some program has had no call accepted since. */
  readonly isUnsettled: boolean;
}

const PROPORTION = 20;
const NEAR_SECONDS = 3600;
const LEAST_SECONDS = 1;
const MOST_SECONDS = 30 * 60;

/** Whole seconds; 0 where the next thing happens within a second, which real time brings. */
export function leapSeconds({ now, expiries, happenedAt, nextAt, isUnsettled }: Situation): number {
  const leaps = expiries.map((expiresAt) => beforeOrAfter(Math.abs(expiresAt - now) / 1000));
  if (isUnsettled) leaps.push((now - happenedAt) / 1000 / PROPORTION);
  if (nextAt !== undefined) leaps.push((nextAt - happenedAt) / 1000 / PROPORTION);
  const leap = Math.min(Math.max(Math.min(...leaps), LEAST_SECONDS), MOST_SECONDS);
  return Math.floor(nextAt === undefined ? leap : Math.min(leap, Math.max(0, (nextAt - now) / 1000)));
}

/** So far from an expiry: until it is near the leaps are idle, and end where it is. */
const beforeOrAfter = (seconds: number) =>
  Math.max(Math.min(seconds, NEAR_SECONDS) / PROPORTION, seconds - NEAR_SECONDS);
