// What does a line of the request log say of a program?

import type { RequestEntry } from "../control/request-record.ts";
import type { RequestPurpose, SeenRequest } from "./observation.ts";

const TOKEN = /^\/+latest\/api\/token$/;
const ROLE = /^\/+[^/]+\/meta-data\/iam\/security-credentials\/?$/;
const CREDENTIALS = /^\/+[^/]+\/meta-data\/iam\/security-credentials\/[^/]+$/;

function purposeOf({ face, target }: RequestEntry): RequestPurpose {
  if (face === "aws") return "call";
  const path = target.split("?", 1)[0] as string;
  if (TOKEN.test(path)) return "token";
  if (ROLE.test(path)) return "role";
  return CREDENTIALS.test(path) ? "credentials" : "metadata";
}

/** Without what is not there. */
export function seenOf(entry: RequestEntry): SeenRequest {
  const { status, imdsVersion, accessKeyId, action, errorCode, fault, userAgent } = entry;
  return {
    at: Date.parse(entry.at),
    purpose: purposeOf(entry),
    status,
    ...(imdsVersion !== undefined && { imdsVersion }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(action !== undefined && { action }),
    ...(errorCode !== undefined && { errorCode }),
    ...(fault !== undefined && { fault }),
    ...(userAgent !== undefined && { userAgent }),
  };
}

/** Issue and expiry, epoch milliseconds. */
export interface KeyInstants {
  readonly accessKeyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What an EC2 instance's own identity is called: its keys are not those of the role. */
const INSTANCE_IDENTITY = /:assumed-role\/aws:ec2-instance\//;

/**
 * The role's keys that the entry tells of. AWS writes their instants in whole seconds, so that the log's whole seconds of age and of
 * life left lead back to them exactly.
 */
export function roleKeysOf(entry: RequestEntry, { at, purpose }: SeenRequest): KeyInstants | undefined {
  const { accessKeyId, instanceId, principal, keyAgeSeconds: age, keyLeftSeconds: left } = entry;
  if (accessKeyId === undefined || instanceId === undefined || age === undefined || left === undefined)
    return undefined;
  if (purpose !== "credentials" && (purpose !== "call" || INSTANCE_IDENTITY.test(principal ?? ""))) return undefined;
  const seconds = at / 1000;
  return { accessKeyId, issuedAt: Math.floor(seconds - age) * 1000, expiresAt: Math.ceil(seconds + left) * 1000 };
}
