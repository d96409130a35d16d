// What is one told who signs in, or asks for a code of an MFA device?

import type { NextStep } from "../sign-in/sign-in.ts";
import type { Environment } from "./controls.ts";

/** How far signing in has come. */
export type SignInReport =
  /** In: the environment of a program with a console session of the user. */
  | {
      readonly step: "signed-in";
      readonly userName: string;
      readonly arn: string;
      readonly multiFactorAuthPresent: boolean;
      readonly expiresAt: string;
      readonly environment: Environment;
    }
  | NextStep;

/** What an MFA device shows. */
export interface MfaCodeReport {
  readonly serialNumber: string;
  /** Absent where it belongs to nobody yet. */
  readonly userName?: string | undefined;
  /** The present code; where that one is used up, the next. */
  readonly code: string;
  /** The one after it: two in a row enable a device. */
  readonly next: string;
  /** When the code is taken. */
  readonly validFrom: string;
  readonly validUntil: string;
}
