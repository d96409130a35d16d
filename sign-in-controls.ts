// How does one sign in to this simulation, and which code does an authenticator show? The verbs in this process.

import { devNull } from "node:os";
import { amongThem } from "./among-them.ts";
import { ControlError, type Controls, type Urls } from "./control/controls.ts";
import { userEnvironment } from "./control/environment.ts";
import { iso } from "./control/iso.ts";
import type { MfaCodeReport, SignInReport } from "./control/sign-in-reports.ts";
import { devicesOf } from "./roles/mfa-devices.ts";
import type { Identities, MfaDevice } from "./roles/model.ts";
import type { SignInAnswer } from "./sign-in/sign-in.ts";
import { shownCodes } from "./signing/mfa-codes.ts";
import type { Simulator } from "./simulator.ts";

type Refused = Extract<SignInAnswer, { readonly step: "refused" }>;

/** The first is what AWS's page says, whatever was wrong; the others are ours. */
const REFUSALS: Readonly<Record<Exclude<Refused["reason"], "denied">, readonly [status: number, text: string]>> = {
  wrong: [401, "Your authentication information is incorrect. Please try again."],
  throttled: [429, "Too many failed attempts to sign in. Please try again later."],
  expired: [403, "Your password has expired. Please ask your administrator to reset it."],
};

function refused(answer: Refused): ControlError {
  return answer.reason === "denied"
    ? new ControlError(403, answer.message)
    : new ControlError(...REFUSALS[answer.reason]);
}

function deviceOf(identities: Identities, owner: string): MfaDevice {
  const { mfaDevices, users } = identities;
  const device = mfaDevices.get(owner) ?? devicesOf(identities, owner)[0];
  if (device) return device;
  if (users.has(owner)) throw new ControlError(404, `user "${owner}" has no MFA device; give it one with mfa: true`);
  const known = [...mfaDevices.values()].map(({ enabled, arn }) => enabled?.userName ?? arn);
  throw new ControlError(404, `there is no MFA device of "${owner}"${amongThem(known)}`);
}

function mfaCode({ world, clock }: Simulator, owner: string): MfaCodeReport {
  const device = deviceOf(world.identities as Identities, owner);
  const { code, next, takenFrom, takenUntil } = shownCodes(device, clock.now());
  const validity = { validFrom: iso(takenFrom), validUntil: iso(takenUntil) };
  return { serialNumber: device.arn, userName: device.enabled?.userName, code, next, ...validity };
}

export function signInControls(simulator: Simulator, urls: () => Urls): Pick<Controls, "signIn" | "mfaCode"> {
  const { world, clock, signIn } = simulator;
  const report = (answer: SignInAnswer): SignInReport => {
    if (answer.step === "refused") throw refused(answer);
    if (answer.step !== "signed-in") return answer;
    const { user, credentials } = answer;
    const { accessKeyId, secretAccessKey, sessionToken, session } = credentials;
    const place = { region: world.instances.region, aws: urls().aws, nullDevice: devNull };
    return {
      ...{ step: "signed-in", userName: user.name, arn: user.arn, expiresAt: iso(session.expiresAt) },
      multiFactorAuthPresent: session.mfaAuthenticatedAt !== undefined,
      environment: userEnvironment(place, accessKeyId, secretAccessKey, sessionToken),
    };
  };
  return {
    signIn: async (request, sourceAddress = "127.0.0.1") =>
      report(await signIn(request, { at: clock.now(), sourceAddress })),
    mfaCode: async (owner) => mfaCode(simulator, owner),
  };
}
