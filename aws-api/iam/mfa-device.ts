// Which MFA device is meant? A serial number names it; that of a virtual one is its ARN.

import type { Identities, MfaDevice } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { noSuchEntity } from "./errors.ts";
import { inputOf } from "./operation.ts";

export interface MfaInput extends Members {
  readonly UserName?: string;
  readonly SerialNumber?: string;
  readonly VirtualMFADeviceName?: string;
  readonly Path?: string;
  readonly AuthenticationCode1?: string;
  readonly AuthenticationCode2?: string;
  readonly AssignmentStatus?: string;
}

export const serialNumberOf = (call: Call): string => inputOf<MfaInput>(call).SerialNumber ?? "";

/** @throws AwsError NoSuchEntity */
export function mfaDeviceOf(call: Call, { mfaDevices }: Identities): MfaDevice {
  const serialNumber = serialNumberOf(call);
  const device = mfaDevices.get(serialNumber);
  if (!device) throw noSuchEntity(`VirtualMFADevice with serial number ${serialNumber} doesn't exist.`);
  return device;
}
