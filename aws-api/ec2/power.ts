// What is there to do with machines? Start, stop, reboot and terminate them, as the table of actions decides it; EC2's own refusals first.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html

import { instanceActions } from "../../instances/actions/table.ts";
import { type Instance, isGone, type PowerState } from "../../instances/instance.ts";
import type { Call } from "../call.ts";
import { incorrectInstanceState, operationNotPermitted } from "./errors.ts";
import { instancesOfCall, onInstances } from "./instances.ts";
import { changedInstance, changes, type Ec2, type Ec2Operation, situationOf } from "./operation.ts";
import { shownState } from "./show-instance.ts";

type Verb = "start" | "stop" | "reboot" | "terminate";

interface PowerOperation {
  readonly verb: Verb;
  /** Throws AwsError where the instance cannot. */
  readonly demand: (instance: Instance) => void;
  /** What the answer says of it now, where something is under way. */
  readonly passing: PowerState;
  readonly member?: string;
}

const cannot = ({ instanceId }: Instance, done: string) =>
  incorrectInstanceState(`The instance '${instanceId}' is not in a state from which it can be ${done}.`);

const protectedBy = ({ instanceId }: Instance, done: string, attribute: string) =>
  operationNotPermitted(
    `The instance '${instanceId}' may not be ${done}. Modify its '${attribute}' instance attribute and try again.`,
  );

const POWER_OPERATIONS: Readonly<Record<string, PowerOperation>> = {
  StartInstances: {
    verb: "start",
    passing: "pending",
    member: "StartingInstances",
    demand(instance) {
      if (isGone(instance.state) || instance.state === "stopping") throw cannot(instance, "started");
    },
  },
  StopInstances: {
    verb: "stop",
    passing: "stopping",
    member: "StoppingInstances",
    demand(instance) {
      if (isGone(instance.state)) throw cannot(instance, "stopped");
      if (instance.attributes.disableApiStop) throw protectedBy(instance, "stopped", "disableApiStop");
    },
  },
  RebootInstances: {
    verb: "reboot",
    passing: "running",
    demand(instance) {
      if (instance.state !== "running") throw cannot(instance, "rebooted");
    },
  },
  TerminateInstances: {
    verb: "terminate",
    passing: "shutting-down",
    member: "TerminatingInstances",
    demand(instance) {
      if (instance.attributes.disableApiTermination) throw protectedBy(instance, "terminated", "disableApiTermination");
    },
  },
};

/** All of them or none: one that cannot keeps the others from it. */
function act({ verb, demand, passing, member }: PowerOperation, call: Call, ec2: Ec2) {
  const instances = instancesOfCall(call, ec2);
  for (const instance of instances) demand(instance);
  const decided = instances.map((instance) => {
    const decisions = instanceActions[verb].decide(situationOf(ec2, instance), {});
    const first = decisions.find(({ attribute }) => attribute === "power");
    // The answer tells of the way even where it takes no time; a stopped machine has nothing to shut down.
    const current =
      first === undefined
        ? instance.state
        : instance.state === "stopped" && verb === "terminate"
          ? "terminated"
          : passing;
    return {
      events: changedInstance(ec2, instance, decisions),
      shown: {
        InstanceId: instance.instanceId,
        CurrentState: shownState(current),
        PreviousState: shownState(instance.state),
      },
    };
  });
  return {
    events: decided.flatMap(({ events }) => events),
    output: member === undefined ? {} : { [member]: decided.map(({ shown }) => shown) },
  };
}

export const powerOperations: Readonly<Record<string, Ec2Operation>> = Object.fromEntries(
  Object.entries(POWER_OPERATIONS).map(([name, operation]) => [
    name,
    changes(onInstances, instancesOfCall, (call, ec2) => act(operation, call, ec2)),
  ]),
);
