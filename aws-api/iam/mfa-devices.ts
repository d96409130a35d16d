// What is there to do with virtual MFA devices? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html

import { base32 } from "../../entropy/base32.ts";
import { mfaDeviceArn } from "../../roles/arn.ts";
import { devicesOf } from "../../roles/mfa-devices.ts";
import type { Identities, MfaDevice } from "../../roles/model.ts";
import { settingsOf } from "../../roles/password-policy.ts";
import { enableMfaDevice, resyncMfaDevice } from "../../signing/mfa-codes.ts";
import { AwsError, type Call, type Members } from "../call.ts";
import { deleteConflict, entityAlreadyExists, noSuchEntity, validationError } from "./errors.ts";
import { anything, checkQuota, entityIn, named, USER } from "./kinds.ts";
import { type MfaInput, mfaDeviceOf, serialNumberOf } from "./mfa-device.ts";
import {
  type Act,
  changes,
  type IamOperation,
  inputOf,
  type OperationParts,
  type PreparedOperation,
  prepares,
  put,
  reads,
  remove,
  tagging,
} from "./operation.ts";
import { page } from "./page.ts";
import { tagsIfAny, tagsIn } from "./tags.ts";
import { shownUser } from "./users.ts";

/** 64 characters. */
const SEED_BYTES = 40;
/** As the other operations take them. */
const LONGEST_SERIAL_NUMBER = 256;

const newDeviceArn = (call: Call, identities: Identities): string => {
  const { VirtualMFADeviceName = "", Path = "/" } = inputOf<MfaInput>(call);
  return mfaDeviceArn(identities, Path, VirtualMFADeviceName);
};

/** What an authenticator scans: the account is its alias, or else its id. */
function otpauthUrl(name: string, seed: string, identities: Identities): string {
  const account = settingsOf(identities).alias ?? identities.accountId;
  return `otpauth://totp/${encodeURIComponent(name)}@${account}?secret=${seed}`;
}

async function prepareDevice(call: Call, before: Identities, { entropy }: OperationParts): Promise<Act> {
  const { VirtualMFADeviceName: name = "", Path: path = "/" } = inputOf<MfaInput>(call);
  if (newDeviceArn(call, before).length > LONGEST_SERIAL_NUMBER) {
    // The model sets no limit to the name alone; the text is that of a member which is too long.
    const constraint = `Member must have length less than or equal to ${LONGEST_SERIAL_NUMBER}`;
    throw validationError(
      `1 validation error detected: Value at 'serialNumber' failed to satisfy constraint: ${constraint}`,
    );
  }
  const seed = base32(entropy.bytes(SEED_BYTES));
  const { default: qrCode } = await import("qrcode");
  const picture = await qrCode.toBuffer(otpauthUrl(name, seed, before));
  return (_, identities) => {
    const arn = newDeviceArn(call, identities);
    if (identities.mfaDevices.has(arn)) {
      throw entityAlreadyExists("MFADevice entity at the same path and name already exists.");
    }
    checkQuota("VirtualMFADevicesPerAccount", identities.mfaDevices.size);
    const device: MfaDevice = { name, path, arn, createdAt: call.request.at, seed, tags: tagsIn(call, "exact case") };
    const shown = {
      SerialNumber: arn,
      Base32StringSeed: Buffer.from(seed),
      QRCodePNG: picture,
      ...tagsIfAny(device),
    };
    return { changes: [put("mfaDevices", arn, device)], output: { VirtualMFADevice: shown } };
  };
}

const invalidCode = () =>
  new AwsError("InvalidAuthenticationCode", 403, "Authentication code for device is not valid.");
const codesOf = (call: Call) => {
  const { AuthenticationCode1 = "", AuthenticationCode2 = "" } = inputOf<MfaInput>(call);
  return [AuthenticationCode1, AuthenticationCode2] as const;
};

const enable = changes(named(USER), (call, identities) => {
  const { name } = entityIn(USER, call, identities);
  const device = mfaDeviceOf(call, identities);
  // The code is documented, the words are a guess.
  if (device.enabled) throw entityAlreadyExists("MFA Device is already in use.");
  checkQuota("MFADevicesPerUser", devicesOf(identities, name).length);
  const enabled = enableMfaDevice(device, name, codesOf(call), call.request.at);
  if (!enabled) throw invalidCode();
  return { changes: [put("mfaDevices", device.arn, enabled)] };
});

/** The device of the call, which must be that user's. The words of the refusal are a guess. */
function deviceOfUser(call: Call, identities: Identities): MfaDevice {
  const { name } = entityIn(USER, call, identities);
  const device = mfaDeviceOf(call, identities);
  if (device.enabled?.userName !== name) throw noSuchEntity("MFA Device invalid for user.");
  return device;
}

const resync = changes(named(USER), (call, identities) => {
  const device = deviceOfUser(call, identities);
  const synchronized = resyncMfaDevice(device, codesOf(call), call.request.at);
  if (!synchronized) throw invalidCode();
  return { changes: [put("mfaDevices", device.arn, synchronized)] };
});

/** Lists leave tags and seeds out. */
function shownVirtual({ arn, enabled }: MfaDevice, { users }: Identities): Members {
  const user = enabled && users.get(enabled.userName);
  return {
    SerialNumber: arn,
    ...(user && {
      User: shownUser(user),
      EnableDate: enabled.at,
    }),
  };
}

const isAssigned = ({ enabled }: MfaDevice) => enabled !== undefined;
const STATUSES: Readonly<Record<string, (device: MfaDevice) => boolean>> = {
  Any: () => true,
  Assigned: isAssigned,
  Unassigned: (device) => !isAssigned(device),
};

export const mfaDeviceOperations: Readonly<Record<string, IamOperation | PreparedOperation>> = {
  CreateVirtualMFADevice: prepares(newDeviceArn, prepareDevice, tagging("MFADevice")),
  EnableMFADevice: enable,
  ResyncMFADevice: resync,
  DeactivateMFADevice: changes(named(USER), (call, identities) => {
    const { enabled, ...device } = deviceOfUser(call, identities);
    return { changes: [put("mfaDevices", device.arn, device)] };
  }),
  DeleteVirtualMFADevice: changes(serialNumberOf, (call, identities) => {
    const { arn, enabled } = mfaDeviceOf(call, identities);
    if (enabled) throw deleteConflict("MFA VirtualDevice in use. Must deactivate first.");
    return { changes: [remove("mfaDevices", arn)] };
  }),
  GetMFADevice: reads(named(USER), (call, identities) => {
    const device = deviceOfUser(call, identities);
    return { SerialNumber: device.arn, UserName: device.enabled?.userName, EnableDate: device.enabled?.at };
  }),
  ListMFADevices: reads(named(USER), (call, identities) => {
    const { name } = entityIn(USER, call, identities);
    const show = ({ arn, enabled }: MfaDevice) => ({ UserName: name, SerialNumber: arn, EnableDate: enabled?.at });
    return page(call, "MFADevices", devicesOf(identities, name), ({ arn }) => arn, show);
  }),
  ListVirtualMFADevices: reads(anything, (call, identities) => {
    const { AssignmentStatus = "Any" } = inputOf<MfaInput>(call);
    const found = [...identities.mfaDevices.values()].filter((device) => STATUSES[AssignmentStatus]?.(device));
    return page(
      call,
      "VirtualMFADevices",
      found,
      ({ arn }) => arn,
      (device) => shownVirtual(device, identities),
    );
  }),
};
