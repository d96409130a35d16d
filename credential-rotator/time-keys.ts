// What does a trust policy see where no request is behind it? The time.

import type { Context } from "../roles/context.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export const timeKeys = (at: number): Context =>
  new Map([
    ["aws:currenttime", [new Date(at).toISOString()]],
    ["aws:epochtime", [String(Math.floor(at / 1000))]],
  ]);
