// What are EC2's operations written in? Each says what it takes to be allowed, what even a dry run finds wrong, and decides on the
// instances as they are; what it changes is appended at once.

import type { CredentialRotator } from "../../credential-rotator/rotator.ts";
import type { Entropy } from "../../entropy/entropy.ts";
import type { Situation } from "../../instances/actions/situation.ts";
import type { Fleet } from "../../instances/fleet.ts";
import type { Instance } from "../../instances/instance.ts";
import type { LifeChange } from "../../instances/life.ts";
import type { InstancesEvent, InstancesState } from "../../instances/state.ts";
import type { Identities } from "../../roles/model.ts";
import type { Answer, Call, Members, Parts, Permission } from "../call.ts";
import type { BoundOperation } from "../exchange.ts";
import { dryRunOperation } from "./errors.ts";

export { inputOf } from "../call.ts";

export interface Ec2Parts extends Pick<Parts<InstancesState, InstancesEvent>, "state" | "commit"> {
  readonly fleet: Fleet;
  readonly rotator: CredentialRotator;
  readonly entropy: Entropy;
  identities(): Identities;
  /** Once a change of that instant is kept: what listens and what announces follows. */
  changed(at: number): Promise<void>;
}

/** What operations look at: everything as it is at the instant of the call. */
export interface Ec2 extends Pick<Ec2Parts, "fleet" | "rotator" | "entropy"> {
  readonly at: number;
  readonly state: InstancesState;
  readonly identities: Identities;
}

export interface Outcome {
  readonly output: Members;
  readonly events: readonly InstancesEvent[];
}

type Permissions = (call: Call, ec2: Ec2) => readonly Permission[];

export interface Ec2Operation {
  readonly permissions: Permissions;
  /** Throws AwsError for what a dry run finds wrong, too. */
  readonly check?: (call: Call, ec2: Ec2) => unknown;
  readonly act: (call: Call, ec2: Ec2) => Outcome;
  /** Reads never wait for the journal. */
  readonly changes: boolean;
}

const onEverything: Permissions = ({ operation }) => [{ action: `ec2:${operation}`, resource: "*" }];

/** An operation that only looks, and whose permission knows no resource: AWS's Describe… are so. */
export const describes = (act: (call: Call, ec2: Ec2) => Members): Ec2Operation => ({
  permissions: onEverything,
  act: (call, ec2) => ({ output: act(call, ec2), events: [] }),
  changes: false,
});

/** An operation that only looks, at something of its own. */
export const reads = (
  permissions: Permissions,
  act: (call: Call, ec2: Ec2) => Members,
  check?: Ec2Operation["check"],
): Ec2Operation => ({
  permissions,
  ...(check && { check }),
  act: (call, ec2) => ({ output: act(call, ec2), events: [] }),
  changes: false,
});

/** An operation that changes something. */
export const changes = (
  permissions: Permissions,
  check: NonNullable<Ec2Operation["check"]>,
  act: Ec2Operation["act"],
): Ec2Operation => ({ permissions, check, act, changes: true });

const profileIds = new WeakMap<Identities["instanceProfiles"], Situation["profileIds"]>();

/** Made once for all instances: it is asked of each that is told of. */
function profileIdsOf({ instanceProfiles }: Identities): Situation["profileIds"] {
  const made =
    profileIds.get(instanceProfiles) ?? new Map(Array.from(instanceProfiles, ([name, { id }]) => [name, id]));
  profileIds.set(instanceProfiles, made);
  return made;
}

/** What an action on that instance is decided on. */
export function situationOf({ state, at, identities }: Ec2, instance: Instance): Situation {
  return { instance, life: state.lives.get(instance.instanceId), at, profileIds: profileIdsOf(identities) };
}

/** The event that keeps the changes of an instance; none where all is as wanted. */
export function changedInstance(
  { fleet, at }: Ec2,
  { instanceId, name }: Instance,
  changes: readonly LifeChange[],
): InstancesEvent[] {
  if (changes.length === 0) return [];
  const entryName = fleet.nameOf(instanceId)?.entry ?? name;
  return [{ type: "instance.changed", at, instanceId, entryName, changes }];
}

export function bindEc2(
  operations: Readonly<Record<string, Ec2Operation>>,
  parts: Ec2Parts,
): Readonly<Record<string, BoundOperation>> {
  const { fleet, rotator, entropy } = parts;
  const look = ({ request: { at } }: Call, state: InstancesState): Ec2 => {
    return { fleet, rotator, entropy, at, state, identities: parts.identities() };
  };
  const bound = Object.entries(operations).map(([name, operation]): [string, BoundOperation] => [
    name,
    {
      permissions: (call) => operation.permissions(call, look(call, parts.state())),
      act(call) {
        const now = look(call, parts.state());
        operation.check?.(call, now);
        if (call.input.DryRun === true) throw dryRunOperation();
        if (!operation.changes) return { output: operation.act(call, now).output };
        return change(operation, call, parts, look);
      },
    },
  ]);
  return Object.fromEntries(bound);
}

async function change(
  operation: Ec2Operation,
  call: Call,
  parts: Ec2Parts,
  look: (call: Call, state: InstancesState) => Ec2,
): Promise<Answer> {
  const { output, isChanged } = await parts.commit((state) => {
    const { output, events } = operation.act(call, look(call, state));
    return { events, result: { output, isChanged: events.length > 0 } };
  });
  if (isChanged) await parts.changed(call.request.at);
  return { output };
}
