// Which task does an id in a path mean? The tasks of the present state, and the ids by which their containers know them.

import type { SecretKey } from "../../entropy/hash.ts";
import { partitionOf } from "../../roles/arn.ts";
import type { ContainersState } from "../state.ts";
import { type Container, makeTask, type Task } from "./task.ts";

export interface Tasks {
  byName(name: string): Task | undefined;
  byCredentialsId(id: string): Task | undefined;
  byEndpointId(id: string): { readonly task: Task; readonly container: Container } | undefined;
}

/** The tasks of a state that may change: they are made anew when `state` gives other ones. */
export function createTasks(state: () => ContainersState, masterKey: SecretKey): Tasks {
  let view = viewOf(state(), masterKey);
  const current = () => {
    const now = state();
    if (now !== view.state) view = viewOf(now, masterKey);
    return view;
  };
  return {
    byName: (name) => current().byName.get(name),
    byCredentialsId: (id) => current().byCredentialsId.get(id),
    byEndpointId: (id) => current().byEndpointId.get(id),
  };
}

function viewOf(state: ContainersState, masterKey: SecretKey) {
  const partition = partitionOf(state.region);
  const tasks = [...state.tasks.values()].map((entry) => makeTask(state, partition, entry, masterKey));
  return {
    state,
    byName: new Map(tasks.map((task) => [task.name, task])),
    byCredentialsId: new Map(
      tasks.flatMap((task) => (task.credentialsId ? [[task.credentialsId, task] as const] : [])),
    ),
    byEndpointId: new Map(
      tasks.flatMap((task) => task.containers.map((container) => [container.endpointId, { task, container }] as const)),
    ),
  };
}
