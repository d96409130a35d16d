// What can be done to an instance while it lives? One row each: what it takes, and what decides on the changes. The control API, the
// commands and scenarios follow from the table.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html

import { z } from "zod";
import { metadataOptions, modifiedAttributes, tagKey, tagValue } from "../configuration.ts";
import type { LifeChange } from "../life.ts";
import { MAINTENANCE_CODES, SPOT_ACTIONS, TARGET_LIFECYCLE_STATES } from "../notices.ts";
import { modifyAttributes } from "./attributes.ts";
import { duration } from "./duration.ts";
import { endMaintenance, scheduleMaintenance } from "./maintenance.ts";
import { cancelNotices, interruptSpot, recommendRebalance, setTargetLifecycleState } from "./notices.ts";
import { reboot, start, stop, terminate } from "./power.ts";
import { associate, disassociate } from "./profile.ts";
import { modifyOptions, setTags } from "./settings.ts";
import type { Situation } from "./situation.ts";

export interface InstanceAction<Parameters extends z.ZodObject = z.ZodObject> {
  readonly summary: string;
  readonly parameters: Parameters;
  /** Nothing where all is as wanted already. ActionRefused where it makes no sense. */
  decide(situation: Situation, parameters: z.infer<Parameters>): readonly LifeChange[];
}

const action = <Parameters extends z.ZodObject>(
  summary: string,
  parameters: Parameters,
  decide: InstanceAction<Parameters>["decide"],
): InstanceAction<Parameters> => ({ summary, parameters, decide });

const nothing = z.strictObject({});
const after = duration("how long from now on it comes; now when absent").optional();

export const instanceActions = {
  start: action("start a stopped instance: new credentials, a new launch time", nothing, start),
  stop: action("stop it: its metadata service is gone until it is started", nothing, stop),
  reboot: action("reboot it: nothing that its metadata service tells is another thing then", nothing, reboot),
  terminate: action("terminate it: it never comes back, but by a reset", nothing, terminate),
  "associate-profile": action(
    "attach an instance profile, or replace the one that is attached",
    z.strictObject({ instanceProfile: z.string().min(1).describe("the name of the profile") }),
    associate,
  ),
  "disassociate-profile": action("take its instance profile away", nothing, disassociate),
  "modify-metadata-options": action(
    "set some of its metadata options, as in the configuration",
    z.strictObject(metadataOptions.shape),
    modifyOptions,
  ),
  "modify-attributes": action(
    "set some of the attributes that the EC2 API shows; its type and user data only while it is stopped",
    modifiedAttributes,
    modifyAttributes,
  ),
  "set-tags": action(
    "set some of its tags; null takes one away",
    z.strictObject({
      tags: z.record(tagKey, tagValue.nullable()).describe('a mapping, such as {"Name": "demo", "old": null}'),
    }),
    setTags,
  ),
  "interrupt-spot": action(
    "interrupt a Spot instance, with two minutes' notice",
    z.strictObject({ action: z.enum(SPOT_ACTIONS).default("terminate"), after }),
    interruptSpot,
  ),
  "recommend-rebalance": action(
    "recommend that a Spot instance be replaced",
    z.strictObject({ after }),
    recommendRebalance,
  ),
  "schedule-maintenance": action(
    "schedule maintenance",
    z.strictObject({
      code: z.enum(MAINTENANCE_CODES).default("system-reboot"),
      description: z
        .string()
        .min(1)
        .describe("what the instance reads; AWS's words for the code when absent")
        .optional(),
      notBefore: duration("how long from now on it begins; 14d when absent").optional(),
      notAfter: duration("how long from now on it has ended; two hours later when absent").optional(),
      after,
    }),
    scheduleMaintenance,
  ),
  "end-maintenance": action(
    "say that scheduled maintenance was canceled or completed",
    z.strictObject({
      eventId: z
        .string()
        .min(1)
        .describe("as the instance reads it in events/maintenance/scheduled; the only active one when absent")
        .optional(),
      state: z.enum(["canceled", "completed"]).default("completed"),
    }),
    endMaintenance,
  ),
  "set-target-lifecycle-state": action(
    "move it to another state in its Auto Scaling group",
    z.strictObject({ state: z.enum(TARGET_LIFECYCLE_STATES), after }),
    setTargetLifecycleState,
  ),
  "cancel-notices": action("take a Spot interruption and a rebalance recommendation back", nothing, cancelNotices),
};

export type InstanceActionName = keyof typeof instanceActions;
type Written<Name extends InstanceActionName> = z.input<(typeof instanceActions)[Name]["parameters"]>;
/** What an action takes, as it is written; an action without parameters takes no key. */
export type InstanceActionParameters<Name extends InstanceActionName> = {
  readonly [Key in keyof Written<Name> as string extends Key ? never : Key]: Written<Name>[Key];
};
