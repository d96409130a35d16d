// Since when is each container there? The fold of what the configuration says of tasks and of EKS Pod Identity.

import type {
  PodIdentityAssociationConfiguration,
  PodIdentityConfiguration,
  TaskConfiguration,
} from "./configuration.ts";

/** Instants are epoch milliseconds on whole seconds. */
export interface TaskEntry {
  readonly name: string;
  readonly configuration: TaskConfiguration;
  readonly startedAt: number;
}

export interface AssociationEntry extends PodIdentityAssociationConfiguration {
  readonly createdAt: number;
}

export interface PodIdentityState extends Omit<PodIdentityConfiguration, "associations" | "clusterName" | "pods"> {
  readonly clusterName: string;
  readonly associations: readonly AssociationEntry[];
  readonly pods: ReadonlyMap<string, PodEntry>;
}

export interface PodEntry {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface ContainersState {
  readonly accountId: string;
  readonly region: string;
  readonly tasks: ReadonlyMap<string, TaskEntry>;
  /** Undefined where the configuration has none. */
  readonly podIdentity: PodIdentityState | undefined;
}

export const NO_CONTAINERS: ContainersState = { accountId: "", region: "", tasks: new Map(), podIdentity: undefined };

/** What this room reads of the configuration when it is loaded. */
export interface ContainersConfigured {
  readonly type: "configuration.loaded";
  readonly at: number;
  readonly configuration: {
    readonly account: string;
    readonly region: string;
    readonly tasks?: Readonly<Record<string, TaskConfiguration>>;
    readonly podIdentity?: PodIdentityConfiguration;
  };
}

/** The state after the event: tasks and associations that were there before go on, also when they changed; new ones begin now. */
export function foldContainers(before: ContainersState, { at, configuration }: ContainersConfigured): ContainersState {
  const { account: accountId, region, tasks = {}, podIdentity } = configuration;
  const stays = accountId === before.accountId && region === before.region;
  const now = Math.floor(at / 1000) * 1000;
  const entries = Object.entries(tasks).map(([name, task]): [string, TaskEntry] => {
    const startedAt = (stays ? before.tasks.get(name)?.startedAt : undefined) ?? now;
    return [name, { name, configuration: task, startedAt }];
  });
  const known = stays ? before.podIdentity : undefined;
  return { accountId, region, tasks: new Map(entries), podIdentity: podIdentity && podsOf(podIdentity, known, now) };
}

function podsOf(
  { clusterName = "mayfly", associations = [], pods = {}, ...rest }: PodIdentityConfiguration,
  before: PodIdentityState | undefined,
  now: number,
): PodIdentityState {
  const known = before?.clusterName === clusterName ? before.associations : [];
  return {
    ...rest,
    clusterName,
    associations: associations.map((written) => ({
      ...written,
      createdAt: known.find((other) => isOfSameServiceAccount(written, other))?.createdAt ?? now,
    })),
    pods: new Map(
      Object.entries(pods).map(([name, { namespace = "default", serviceAccount = "default" }]) => [
        name,
        { name, namespace, serviceAccount },
      ]),
    ),
  };
}

interface Subject {
  readonly namespace: string;
  readonly serviceAccount: string;
}

export const isOfSameServiceAccount = (one: Subject, other: Subject) =>
  one.namespace === other.namespace && one.serviceAccount === other.serviceAccount;
