// Where would this program run? On an instance, in a task or a pod, or with a user's key: and which environment leads it there.

import { devNull } from "node:os";
import { amongThem } from "./among-them.ts";
import { ControlError, type Environment, type EnvironmentQuery, type Urls } from "./control/controls.ts";
import {
  CONTAINER_URLS,
  containerEnvironment,
  type EndpointPlace,
  instanceEnvironment,
  isolatedEnvironment,
  podVariables,
  taskVariables,
  userEnvironment,
} from "./control/environment.ts";
import type { Simulator } from "./simulator.ts";

interface Surroundings {
  readonly simulator: Simulator;
  urls(): Urls;
  /** The URL of the metadata service that means the instance of that name or id, or the only one. */
  imdsOf(nameOrId: string | undefined): Promise<string>;
}

/** ControlError where there is no such thing, or more than one is asked for. */
export async function environmentOf(
  { simulator, urls, imdsOf }: Surroundings,
  query: EnvironmentQuery,
): Promise<Environment> {
  const { isolated = false, ...where } = query;
  const given = Object.entries(where).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(" and ");
    throw new ControlError(400, `a program is in one place: leave out all but one of ${names}`);
  }
  const { user, task, pod, instance } = where;
  const place = { region: simulator.world.instances.region, aws: urls().aws, nullDevice: devNull };
  if (user !== undefined) return ofUser(simulator, place, user);
  const { ecs, eks } = isolated ? CONTAINER_URLS : { ecs: "", eks: "", ...urls() };
  const variables = await (task === undefined ? pod && ofPod(simulator, eks, pod) : ofTask(simulator, ecs, task));
  if (isolated) return isolatedEnvironment(place, variables || undefined);
  return variables ? containerEnvironment(place, variables) : instanceEnvironment(place, await imdsOf(instance));
}

function missing(kind: string, name: string, known: Iterable<string> = []): ControlError {
  return new ControlError(404, `there is no ${kind} "${name}"${amongThem([...known])}`);
}

function ofUser({ world }: Simulator, place: EndpointPlace, name: string): Environment {
  const found = world.identities?.users.get(name);
  if (!found) throw missing("user", name, world.identities?.users.keys());
  const key = found.accessKeys.find(({ active }) => active);
  if (!key) throw new ControlError(404, `user "${name}" has no access key; give it one with accessKeys: 1`);
  return userEnvironment(place, key.accessKeyId, key.secretAccessKey);
}

async function ofTask({ world, containers }: Simulator, ecs: string, name: string) {
  const task = (await containers()).task(name);
  if (!task) throw missing("task", name, world.containers.tasks.keys());
  const [{ endpointId }] = task.containers;
  return taskVariables(ecs, { ...task, endpointId });
}

async function ofPod({ world, containers }: Simulator, eks: string, name: string) {
  const tokenFile = (await containers()).tokenFile(name);
  if (tokenFile === undefined) throw missing("pod", name, world.containers.podIdentity?.pods.keys());
  return podVariables(eks, tokenFile);
}
