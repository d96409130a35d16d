// Is this code of an MFA device genuine, and new? A code is taken once, and from a clock that is nearly right; two in a row tell how
// wrong a clock is. AWS does not publish its windows: these are RFC 6238's advice, and the way its user guide describes devices
// that are out of sync. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_sync.html

import { sameText } from "./same-text.ts";
import { authenticator, STEP_MILLISECONDS, stepAt } from "./totp.ts";

/** What a code is judged by; `roles/model.ts` has the rest of a device. */
interface SeededDevice {
  /** Base 32. */
  readonly seed: string;
  readonly enabled?: Enabled;
}

interface Enabled {
  readonly userName: string;
  readonly at: number;
  readonly driftSteps: number;
  readonly lastStep: number;
}

type EnabledDevice<Device> = Device & { readonly enabled: Enabled };

/** How many steps a code may be early or late. */
const WINDOW_STEPS = 1;
/** How far a clock may be off when two codes in a row prove it: a day. */
const SEARCHED_STEPS = 2880;

/** Steps around the middle one, the nearest first. */
function* around(middle: number, reach: number): Generator<number> {
  yield middle;
  for (let distance = 1; distance <= reach; distance++) {
    yield middle - distance;
    yield middle + distance;
  }
}

/**
 * The device as it is once this code is used up. Undefined where the code is wrong or was used before, and where the device belongs to
 * nobody. Pure.
 * @param at epoch milliseconds, the stamp of the request
 */
export function verifyMfaCode<Device extends SeededDevice>(
  device: Device,
  code: string,
  at: number,
): EnabledDevice<Device> | undefined {
  const { seed, enabled } = device;
  if (!enabled) return undefined;
  const codeOf = authenticator(seed);
  for (const step of around(stepAt(at) + enabled.driftSteps, WINDOW_STEPS)) {
    if (step > enabled.lastStep && sameText(codeOf(step), code)) {
      return { ...device, enabled: { ...enabled, lastStep: step } };
    }
  }
  return undefined;
}

/** What an authenticator has to show. */
export interface ShownCodes {
  readonly code: string;
  /** The one after it: together they enable a device, or synchronize it. */
  readonly next: string;
  /** When the code is taken where the clock is known to be right, epoch milliseconds; until is exclusive. */
  readonly takenFrom: number;
  readonly takenUntil: number;
}

/** The code of now; where that one is used up, the first that will be taken. */
export function shownCodes({ seed, enabled }: SeededDevice, at: number): ShownCodes {
  const now = stepAt(at);
  const step = enabled?.driftSteps === 0 ? Math.max(now, enabled.lastStep + 1) : now;
  const codeOf = authenticator(seed);
  return {
    code: codeOf(step),
    next: codeOf(step + 1),
    takenFrom: (step - WINDOW_STEPS) * STEP_MILLISECONDS,
    takenUntil: (step + WINDOW_STEPS + 1) * STEP_MILLISECONDS,
  };
}

/** The step of the second of two codes in a row, in the day before or after; only steps after `lastStep` count. */
function pairStep(seed: string, codes: readonly [string, string], at: number, lastStep: number): number | undefined {
  const codeOf = authenticator(seed);
  for (const step of around(stepAt(at), SEARCHED_STEPS)) {
    if (step - 1 <= lastStep || !sameText(codeOf(step), codes[1])) continue;
    if (sameText(codeOf(step - 1), codes[0])) return step;
  }
  return undefined;
}

/** Nothing where the usual window reaches it, so that codes of right now do not shift it. */
const driftOf = (step: number, at: number) => {
  const drift = step - stepAt(at);
  return Math.abs(drift) <= WINDOW_STEPS ? 0 : drift;
};

/**
 * The device, from now on of that user. As on AWS, codes that are late but in a row enable it all the same: its clock is then taken for
 * slow, so that it is out of sync until it is told better. Undefined where the codes are not two in a row. Pure.
 */
export function enableMfaDevice<Device extends SeededDevice>(
  device: Device,
  userName: string,
  codes: readonly [string, string],
  at: number,
): EnabledDevice<Device> | undefined {
  const lastStep = pairStep(device.seed, codes, at, 0);
  return lastStep === undefined
    ? undefined
    : { ...device, enabled: { userName, at, driftSteps: driftOf(lastStep, at), lastStep } };
}

/** The same device in sync again, by two codes in a row that were not used yet. Undefined where they are none. Pure. */
export function resyncMfaDevice<Device extends SeededDevice>(
  device: Device,
  codes: readonly [string, string],
  at: number,
): EnabledDevice<Device> | undefined {
  const { seed, enabled } = device;
  const lastStep = enabled && pairStep(seed, codes, at, enabled.lastStep);
  return enabled && lastStep !== undefined
    ? { ...device, enabled: { ...enabled, driftSteps: driftOf(lastStep, at), lastStep } }
    : undefined;
}
