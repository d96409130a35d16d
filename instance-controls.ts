// How is an instance acted on in this process? Checks what was asked, decides on the instance as it is, and keeps the changes.

import type { ActionRequest } from "./control/controls.ts";
import { ControlError } from "./control/controls.ts";
import { parsed } from "./control/parse.ts";
import { ActionRefused, type Situation } from "./instances/actions/situation.ts";
import { type InstanceAction, type InstanceActionName, instanceActions } from "./instances/actions/table.ts";
import type { Simulator } from "./simulator.ts";
import type { World } from "./world.ts";

/** ControlError where the action or its parameters are wrong (400), or make no sense for the instance (409). */
export async function actOn(
  { clock, fleet, change, beat }: Simulator,
  name: InstanceActionName,
  instanceId: string,
  written: ActionRequest,
): Promise<void> {
  const action: InstanceAction | undefined = instanceActions[name];
  if (!action) throw new ControlError(400, `there is no action "${name}" on an instance`);
  const parameters = parsed(action.parameters, written);
  const at = clock.now();
  await change((world) => {
    const instance = fleet.byInstanceId(instanceId, at);
    if (!instance) throw new ControlError(404, `the instance ${instanceId} was removed meanwhile`);
    const changes = decided(
      action,
      { instance, life: world.instances.lives.get(instanceId), at, profileIds: profileIds(world) },
      parameters,
    );
    const entryName = fleet.nameOf(instanceId)?.entry ?? instance.name;
    const events =
      changes.length === 0 ? [] : [{ type: "instance.changed", at, instanceId, entryName, changes } as const];
    return { events, result: undefined };
  });
  beat(at);
}

function decided(action: InstanceAction, situation: Situation, parameters: Record<string, unknown>) {
  try {
    return action.decide(situation, parameters);
  } catch (problem) {
    if (problem instanceof ActionRefused) throw new ControlError(409, problem.message);
    throw problem;
  }
}

const profileIds = ({ identities }: World) =>
  new Map([...(identities?.instanceProfiles.values() ?? [])].map(({ name, id }) => [name, id]));
