// Which instances does a call mean, and which are there to be told of?

import type { Instance } from "../../instances/instance.ts";
import { TOLD_AFTER_END_MILLISECONDS } from "../../instances/launch.ts";
import type { Call, Permission } from "../call.ts";
import { contextOfInstance } from "./context.ts";
import { malformedInstanceId, unknownInstanceIds } from "./errors.ts";
import { type Ec2, inputOf } from "./operation.ts";

/** All of zeros is no id, captured in September 2026. */
const isInstanceId = (id: string) => /^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id) && !/^i-0+$/.test(id);

/** The ids that a call gives. @throws AwsError InvalidInstanceID.Malformed */
export function instanceIdsOf(call: Call): readonly string[] {
  const { InstanceIds, InstanceId } = inputOf<{ InstanceIds?: readonly string[]; InstanceId?: string }>(call);
  const ids = InstanceIds ?? (InstanceId === undefined ? [] : [InstanceId]);
  const malformed = ids.find((id) => !isInstanceId(id));
  if (malformed !== undefined) throw malformedInstanceId(malformed);
  return [...new Set(ids)];
}

/** Whether EC2 still tells of it. */
const isTold = ({ state, stateSince }: Instance, at: number) =>
  state !== "terminated" || at < stateSince + TOLD_AFTER_END_MILLISECONDS;

/** The one of that id; undefined when it was terminated long ago, too. */
export function instanceOfId({ fleet, at }: Ec2, id: string): Instance | undefined {
  const instance = fleet.byInstanceId(id, at);
  return instance && isTold(instance, at) ? instance : undefined;
}

/** @throws AwsError InvalidInstanceID.NotFound */
export function instancesOfIds(ec2: Ec2, ids: readonly string[]): Instance[] {
  const found = ids.map((id) => instanceOfId(ec2, id));
  const unknown = ids.filter((_, i) => found[i] === undefined);
  if (unknown.length > 0) throw unknownInstanceIds(unknown);
  return found as Instance[];
}

/** Those that the call gives by their ids, which must be there. */
export const instancesOfCall = (call: Call, ec2: Ec2): Instance[] => instancesOfIds(ec2, instanceIdsOf(call));

export const instanceOfCall = (call: Call, ec2: Ec2): Instance => instancesOfCall(call, ec2)[0] as Instance;

/** All that there are. */
export function* allInstances({ fleet, at }: Ec2): Generator<Instance> {
  for (const instance of fleet.all(at)) if (isTold(instance, at)) yield instance;
}

/** Those whose volumes and interfaces are there. */
export function* presentInstances(ec2: Ec2): Generator<Instance> {
  for (const instance of allInstances(ec2)) if (instance.state !== "terminated") yield instance;
}

export const instanceArn = ({ partition, region, accountId }: Call, id: string) =>
  `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`;

/** The operation's own action on each instance that the call gives. What is not there is asked for all the same. */
export function onInstances(call: Call, ec2: Ec2): Permission[] {
  return instanceIdsOf(call).map((id) => {
    const instance = instanceOfId(ec2, id);
    return {
      action: `ec2:${call.operation}`,
      resource: instanceArn(call, id),
      ...(instance && { context: contextOfInstance(ec2, instance) }),
    };
  });
}
