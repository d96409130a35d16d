// Which credentials does each user have, and how old are they? A table in CSV, made on demand and good for four hours.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html

import { rootArn } from "../../roles/arn.ts";
import type { AccessKey, Identities, User } from "../../roles/model.ts";
import { settingsOf } from "../../roles/password-policy.ts";
import { AwsError } from "../call.ts";
import type { LastUses } from "../last-uses.ts";
import { anything } from "./kinds.ts";
import { type IamOperation, reads } from "./operation.ts";

export interface CredentialReport {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly content: string;
}

const GOOD_FOR_MILLISECONDS = 4 * 3_600_000;
const DAY_MILLISECONDS = 86_400_000;

/** `2026-11-24T12:00:00+00:00` */
const instant = (at: number) => `${new Date(at).toISOString().slice(0, 19)}+00:00`;
const instantOr = (at: number | undefined, otherwise: string) => (at === undefined ? otherwise : instant(at));

type Row = Readonly<Record<string, string>>;

function passwordColumns({ loginProfile, passwordLastUsedAt }: User, maxAgeDays: number | undefined): Row {
  if (!loginProfile) {
    const none = { password_last_used: "N/A", password_last_changed: "N/A", password_next_rotation: "N/A" };
    return { password_enabled: "false", ...none };
  }
  const { passwordSetAt } = loginProfile;
  const rotatedAt = maxAgeDays === undefined ? undefined : passwordSetAt + maxAgeDays * DAY_MILLISECONDS;
  return {
    password_enabled: "true",
    password_last_used: instantOr(passwordLastUsedAt, "no_information"),
    password_last_changed: instant(passwordSetAt),
    password_next_rotation: instantOr(rotatedAt, "N/A"),
  };
}

function keyColumns(number: 1 | 2, key: AccessKey | undefined, lastUses: LastUses): Row {
  const use = key && lastUses.of(key.accessKeyId);
  const prefix = `access_key_${number}`;
  return {
    [`${prefix}_active`]: String(key?.active ?? false),
    [`${prefix}_last_rotated`]: instantOr(key?.createdAt, "N/A"),
    [`${prefix}_last_used_date`]: instantOr(use?.at, "N/A"),
    [`${prefix}_last_used_region`]: use?.region ?? "N/A",
    [`${prefix}_last_used_service`]: use?.serviceName ?? "N/A",
  };
}

const NO_CERTIFICATES: Row = {
  cert_1_active: "false",
  cert_1_last_rotated: "N/A",
  cert_2_active: "false",
  cert_2_last_rotated: "N/A",
};

/** The root user is as old as the account, whose age nobody knows: that of its oldest user stands for it. */
function rootRow(identities: Identities, lastUses: LastUses): Row {
  const oldest = Array.from(identities.users.values(), ({ createdAt }) => createdAt).sort((a, b) => a - b)[0];
  return {
    user: "<root_account>",
    arn: rootArn(identities),
    user_creation_time: instantOr(oldest, "N/A"),
    password_enabled: "not_supported",
    password_last_used: "no_information",
    password_last_changed: "not_supported",
    password_next_rotation: "not_supported",
    mfa_active: "false",
    ...keyColumns(1, undefined, lastUses),
    ...keyColumns(2, undefined, lastUses),
    ...NO_CERTIFICATES,
  };
}

/** RFC 4180: names may have commas. */
const cell = (text: string) => (text.includes(",") ? `"${text}"` : text);

function makeReport(identities: Identities, lastUses: LastUses): string {
  const { passwordPolicy } = settingsOf(identities);
  const withDevice = new Set(identities.mfaDevices.values().map(({ enabled }) => enabled?.userName));
  const rows = Array.from(
    identities.users.values(),
    (user): Row => ({
      user: user.name,
      arn: user.arn,
      user_creation_time: instant(user.createdAt),
      ...passwordColumns(user, passwordPolicy?.maxPasswordAge),
      mfa_active: String(withDevice.has(user.name)),
      ...keyColumns(1, user.accessKeys[0], lastUses),
      ...keyColumns(2, user.accessKeys[1], lastUses),
      ...NO_CERTIFICATES,
    }),
  );
  const root = rootRow(identities, lastUses);
  return [Object.keys(root), ...[root, ...rows].map((row) => Object.values(row))]
    .map((row) => row.map(cell).join(","))
    .join("\n");
}

const isGood = (report: CredentialReport | undefined, at: number) =>
  report !== undefined && at - report.at < GOOD_FOR_MILLISECONDS;

export const credentialReportOperations: Readonly<Record<string, IamOperation>> = {
  GenerateCredentialReport: reads(anything, (call, identities, { remembered }) => {
    const { at } = call.request;
    if (isGood(remembered.report, at)) return { State: "COMPLETE" };
    remembered.report = { at, content: makeReport(identities, remembered.lastUses) };
    return { State: "STARTED", Description: "No report exists. Starting a new report generation task" };
  }),
  GetCredentialReport: reads(anything, (call, _, { remembered: { report } }) => {
    if (!report) throw new AwsError("ReportNotPresent", 410, "");
    if (!isGood(report, call.request.at)) throw new AwsError("ReportExpired", 410, "");
    return { Content: Buffer.from(report.content), ReportFormat: "text/csv", GeneratedTime: report.at };
  }),
};
