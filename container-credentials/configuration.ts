// Which containers are there, and which roles do they have? The `tasks` and `podIdentity` of the configuration, named as in the APIs
// of ECS and EKS.

import { z } from "zod";
import { strictMapping } from "../roles/configuration.ts";
import { keySetOrFile } from "../roles/key-set.ts";

/** Entries by name. */
function named<Schema extends z.ZodType>(name: RegExp, rule: string, schema: Schema) {
  const error = `a name is ${rule}`;
  const key = z.string().regex(name).max(255);
  return z.record(key, schema, { error: ({ code }) => (code === "invalid_key" ? error : undefined) });
}

const ECS_NAME = /^[A-Za-z0-9_-]+$/;
const ECS_RULE = "letters, digits, hyphens and underscores";
const ecsName = z.string().regex(ECS_NAME, `must be ${ECS_RULE}`).max(255);

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
const KUBERNETES_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const KUBERNETES_RULE = "lower-case letters, digits, hyphens and dots";
const kubernetesName = z.string().regex(KUBERNETES_NAME, `must be ${KUBERNETES_RULE}`);

const container = strictMapping({ image: z.string().min(1).exactOptional() });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
export const taskShape = {
  taskRole: z.string().describe("The name of the role of its containers").exactOptional(),
  credentialsId: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, "must be letters, digits and hyphens")
    .describe("At the end of the URI of its credentials; one that nobody can guess unless given")
    .exactOptional(),
  cluster: ecsName.describe("default unless given").exactOptional(),
  family: ecsName.describe("Of its task definition; the task's name unless given").exactOptional(),
  revision: z.int().min(1).exactOptional(),
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL"]).exactOptional(),
  containers: named(ECS_NAME, ECS_RULE, container)
    .refine((all) => Object.keys(all).length > 0, "must name at least one container")
    .describe("By name; one with the task's name unless given")
    .exactOptional(),
  tags: z.record(z.string().min(1).max(128), z.string("must be a string; put it in quotes").max(256)).exactOptional(),
};

/** A record of tasks with these keys and those that the root of the house adds. */
export const tasksOf = <Task extends z.ZodType>(task: Task) =>
  named(ECS_NAME, ECS_RULE, task).describe("ECS tasks by name");

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html */
const association = strictMapping({
  namespace: kubernetesName,
  serviceAccount: kubernetesName,
  role: z.string().describe("The name of the role that its pods have"),
  disableSessionTags: z.boolean("must be true or false").exactOptional(),
});

export const podIdentityShape = {
  clusterName: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, "must be at most 100 letters, digits, hyphens and underscores")
    .describe("The EKS cluster; mayfly unless given")
    .exactOptional(),
  associations: z.array(association).describe("Which role the pods of a service account have").exactOptional(),
  pods: named(
    KUBERNETES_NAME,
    KUBERNETES_RULE,
    strictMapping({ namespace: kubernetesName.exactOptional(), serviceAccount: kubernetesName.exactOptional() }),
  )
    .describe("Pods by name, whose tokens Mayfly makes itself; both are default unless given")
    .exactOptional(),
  jwks: keySetOrFile
    .describe("The keys of a cluster of yours, whose service account tokens are to be taken as well")
    .exactOptional(),
};

export type TaskConfiguration = z.infer<z.ZodObject<typeof taskShape>>;
export type PodIdentityConfiguration = z.infer<z.ZodObject<typeof podIdentityShape>>;
export type PodIdentityAssociationConfiguration = z.infer<typeof association>;

/** Where something is wrong that no key can know by itself, and what. */
export interface ContainersFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface ContainersConfiguration {
  readonly tasks?: Readonly<Record<string, TaskConfiguration>>;
  readonly podIdentity?: PodIdentityConfiguration;
}

/** All roles that containers have must be there, and a service account has one of them. */
export function* containersFaults(
  { tasks = {}, podIdentity }: ContainersConfiguration,
  roleFault: (name: string) => string | undefined,
): Generator<ContainersFault> {
  for (const [name, { taskRole }] of Object.entries(tasks)) {
    const message = taskRole === undefined ? undefined : roleFault(taskRole);
    if (message !== undefined) yield { path: ["tasks", name, "taskRole"], message };
  }
  yield* doubleIds(tasks);
  const seen = new Set<string>();
  for (const [index, { namespace, serviceAccount, role }] of (podIdentity?.associations ?? []).entries()) {
    const path = ["podIdentity", "associations", index];
    const message = roleFault(role);
    if (message !== undefined) yield { path: [...path, "role"], message };
    const subject = `${namespace}:${serviceAccount}`;
    if (seen.has(subject)) yield { path, message: `${serviceAccount} in ${namespace} has an association already` };
    seen.add(subject);
  }
}

function* doubleIds(tasks: Readonly<Record<string, TaskConfiguration>>): Generator<ContainersFault> {
  const owners = new Map<string, string>();
  for (const [name, { credentialsId, taskRole }] of Object.entries(tasks)) {
    if (credentialsId === undefined) continue;
    const path = ["tasks", name, "credentialsId"];
    const owner = owners.get(credentialsId);
    if (owner !== undefined) yield { path, message: `is also that of ${owner}` };
    if (taskRole === undefined) yield { path, message: "needs taskRole beside it" };
    owners.set(credentialsId, name);
  }
}
