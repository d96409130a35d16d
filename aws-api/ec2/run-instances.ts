// How are instances launched? What it takes to be allowed, who they are, and that they are there.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html

import { sha256Hex } from "../../entropy/hash.ts";
import { launch as powerOfLaunch } from "../../instances/actions/power.ts";
import type { Instance } from "../../instances/instance.ts";
import type { InstancesLaunched, Launch } from "../../instances/launch.ts";
import { instanceAt, type LifeChange } from "../../instances/life.ts";
import { makeInstance } from "../../instances/make.ts";
import { foldInstances, type InstancesState } from "../../instances/state.ts";
import { wholeSecond } from "../../instances/timeline.ts";
import { volumesOf } from "../../instances/volumes.ts";
import { AwsError, type Call, type Members } from "../call.ts";
import { shownReservation } from "./describe-instances.ts";
import { addressesFor } from "./launch-addresses.ts";
import type { RunInput } from "./launch-input.ts";
import { launchPermissions } from "./launch-permissions.ts";
import { countOf, type LaunchPlan, planOf } from "./launch-plan.ts";
import { changes, type Ec2, type Ec2Operation, type Outcome } from "./operation.ts";
import { shownInstance, shownState } from "./show-instance.ts";

const newId = ({ entropy }: Ec2, prefix: string) => `${prefix}-0${entropy.bytes(8).toString("hex")}`;

/** What the call asks for, whatever its token and whether it is meant. */
const hashOf = ({ ClientToken: _, DryRun: __, ...asked }: RunInput) => sha256Hex(JSON.stringify(asked));

/** The instances that an earlier call with that token has made. */
function launchedBefore({ state, fleet, at }: Ec2, { ClientToken: token, ...asked }: RunInput): Instance[] {
  if (token === undefined || token === "") return [];
  const entries = state.entries.values().filter(({ launch }) => launch?.clientToken === token);
  const requestHash = hashOf(asked);
  return Array.from(entries, ({ name, launch }) => {
    if (launch?.requestHash !== requestHash) {
      throw new AwsError(
        "IdempotentParameterMismatch",
        400,
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      );
    }
    return fleet.byName(name, at) as Instance;
  });
}

/** The parts of the API's attributes that a launch may set. */
function attributesOf(input: RunInput): LifeChange["value"] & object {
  const { DisableApiStop, DisableApiTermination, InstanceInitiatedShutdownBehavior, EbsOptimized } = input;
  return {
    ...(DisableApiStop !== undefined && { disableApiStop: DisableApiStop }),
    ...(DisableApiTermination !== undefined && { disableApiTermination: DisableApiTermination }),
    ...(InstanceInitiatedShutdownBehavior && { instanceInitiatedShutdownBehavior: InstanceInitiatedShutdownBehavior }),
    ...(EbsOptimized !== undefined && { ebsOptimized: EbsOptimized }),
  };
}

/** What holds from the launch on. */
function changesOf({ input, profile }: LaunchPlan, { state, at }: Ec2): LifeChange[] {
  const from = wholeSecond(at);
  const attached = profile && {
    instanceProfileName: profile.name,
    instanceProfileId: profile.id,
    ...{ associatedAt: from, number: 0 },
  };
  return [
    ...powerOfLaunch(state.delays, from),
    ...(attached ? [{ attribute: "profile", from, value: attached } as const] : []),
    { attribute: "attributes", from, value: attributesOf(input) } as LifeChange,
  ];
}

function launchesOf(plan: LaunchPlan, ec2: Ec2): Launch[] {
  const { input, configuration, volumeSettings } = plan;
  const reservationId = newId(ec2, "r");
  const launchChanges = changesOf(plan, ec2);
  const { ClientToken: clientToken } = input;
  const shared = { requestHash: hashOf(input), volumeSettings, ...(clientToken ? { clientToken } : {}) };
  return addressesFor(plan, ec2, countOf(input)).map((addresses, amiLaunchIndex) => {
    const instanceId = newId(ec2, "i");
    const own = { instanceId, reservationId, amiLaunchIndex, ...addresses };
    return { instanceId, ...shared, configuration: { ...configuration, ...own }, changes: launchChanges };
  });
}

/** The instances as they will be once the event is kept. */
function launched(after: InstancesState, { launches, at }: InstancesLaunched): Instance[] {
  return launches.map(({ instanceId }) => {
    const made = makeInstance(after, after.entries.get(instanceId) as never, 0);
    return instanceAt(made, after.lives.get(instanceId), at).instance;
  });
}

/** Volumes and interfaces have no tags but those that they are given. */
function resourceTags({ tags }: LaunchPlan, instances: readonly Instance[]) {
  const tagged = instances.flatMap((instance) => [
    ...volumesOf(instance).map(({ volumeId }) => [volumeId, tags.volume] as const),
    ...instance.networkInterfaces.map(({ interfaceId }) => [interfaceId, tags["network-interface"]] as const),
  ]);
  return Object.fromEntries(tagged.filter(([, each]) => each !== undefined)) as Record<string, Record<string, string>>;
}

/** What the answer says is how it begins, also where it takes no time. */
const beginning = (shown: Members): Members => ({
  ...shown,
  State: shownState("pending"),
  StateReason: { Code: "pending", Message: "pending" },
  MetadataOptions: { ...(shown.MetadataOptions as object), State: "pending" },
});

function act(call: Call, ec2: Ec2): Outcome {
  const plan = planOf(call, ec2);
  const before = launchedBefore(ec2, plan.input);
  const [first] = before;
  if (first)
    return {
      events: [],
      output: shownReservation(
        first,
        before.map((each) => shownInstance(ec2, each)),
      ),
    };
  const event: InstancesLaunched = { type: "instances.launched", at: ec2.at, launches: launchesOf(plan, ec2) };
  const after = foldInstances(ec2.state, event);
  const instances = launched(after, event);
  const tags = resourceTags(plan, instances);
  const tagged = Object.keys(tags).length > 0 ? [{ type: "resources.tagged", at: ec2.at, tags } as const] : [];
  const shown = instances.map((instance) => beginning(shownInstance({ ...ec2, state: after }, instance)));
  return { events: [event, ...tagged], output: shownReservation(instances[0] as Instance, shown) };
}

export const launchOperations: Readonly<Record<string, Ec2Operation>> = {
  RunInstances: changes((call, ec2) => launchPermissions(call, ec2, planOf(call, ec2)), planOf, act),
};
