// What are IAM's operations written in? Each says what it takes to be allowed, and decides on the account as it is; what it changes
// is appended as one event, so that nothing is ever half done.

import type { Entropy } from "../../entropy/entropy.ts";
import type { IdentitiesChanged, IdentityChange } from "../../roles/events.ts";
import type { AccessKeyMaker } from "../../roles/identities.ts";
import type { Identities, Section, Sections } from "../../roles/model.ts";
import type { Answer, Call, Members, Parts, Permission } from "../call.ts";
import type { BoundOperation } from "../exchange.ts";
import type { LastUses } from "../last-uses.ts";
import { conditionKeys } from "./condition-keys.ts";
import type { CredentialReport } from "./credential-report.ts";

export { inputOf } from "../call.ts";

export interface IamParts extends Pick<Parts<Identities, IdentitiesChanged>, "commit"> {
  readonly accessKeyFor: AccessKeyMaker;
  readonly entropy: Pick<Entropy, "bytes">;
}

/** What IAM knows beside the account: nothing of it is kept over a restart. */
export interface Remembered {
  readonly lastUses: LastUses;
  report?: CredentialReport;
}

export interface OperationParts extends IamParts {
  readonly remembered: Remembered;
}

export interface Outcome {
  readonly output?: Members;
  /** None where all is as wanted already. */
  readonly changes?: readonly IdentityChange[];
}

type Permissions = (call: Call, identities: Identities) => readonly Permission[];
export type Act = (call: Call, identities: Identities, parts: OperationParts) => Outcome;
type Look = (call: Call, identities: Identities, parts: OperationParts) => Members;

export interface IamOperation {
  readonly permissions: Permissions;
  readonly act: Act;
  /** Reads never wait for the journal. */
  readonly changes: boolean;
}

/** One that first does what takes long, such as a slow hash; what comes of it then decides on the account as it is by then. */
export interface PreparedOperation {
  readonly permissions: Permissions;
  readonly prepare: (call: Call, identities: Identities, parts: OperationParts) => Promise<Act>;
}

/** What an operation is about: its ARN, and how a denial names it where that is not the ARN: `role mybucket-access`. */
export interface NamedResource {
  readonly arn: string;
  readonly shown?: string;
}

/** The action that an operation takes is its own name. */
export type ResourceOf = (call: Call, identities: Identities) => string | NamedResource;

/** What is needed beside the permission that an operation asks for by its own name. */
type MoreNeeded = (call: Call, identities: Identities, own: Permission) => readonly Permission[];

function ownPermission(call: Call, identities: Identities, resourceOf: ResourceOf): Permission {
  const found = resourceOf(call, identities);
  const { arn: resource, shown }: NamedResource = typeof found === "string" ? { arn: found } : found;
  const context = conditionKeys(call, identities, resource);
  return { action: `iam:${call.operation}`, resource, context, ...(shown !== undefined && { shown }) };
}

const permissionsOn =
  (resourceOf: ResourceOf, moreNeeded?: MoreNeeded): Permissions =>
  (call, identities) => {
    const own = ownPermission(call, identities, resourceOf);
    return moreNeeded ? [own, ...moreNeeded(call, identities, own)] : [own];
  };

/** The same action on another resource. */
export const alsoOn =
  (resourceOf: ResourceOf): MoreNeeded =>
  (call, identities) => [ownPermission(call, identities, resourceOf)];

/**
 * Whoever creates something with tags must be allowed to tag it: recorded of CreateRole (openshift/installer#1073), told of CreateUser, and
 * for the others taken to be so.
 */
export const tagging =
  (title: string): MoreNeeded =>
  ({ input }, _, own) =>
    (input as { readonly Tags?: readonly unknown[] }).Tags?.length ? [{ ...own, action: `iam:Tag${title}` }] : [];

/** An operation that only looks. */
export const reads = (resourceOf: ResourceOf, look: Look): IamOperation => ({
  permissions: permissionsOn(resourceOf),
  act: (call, identities, parts) => ({ output: look(call, identities, parts) }),
  changes: false,
});

/** An operation that changes the account; `moreNeeded` is what it takes beside its own action. */
export const changes = (resourceOf: ResourceOf, act: Act, moreNeeded?: MoreNeeded): IamOperation => ({
  permissions: permissionsOn(resourceOf, moreNeeded),
  act,
  changes: true,
});

/** The same with something to do first. */
export const prepares = (
  resourceOf: ResourceOf,
  prepare: PreparedOperation["prepare"],
  moreNeeded?: MoreNeeded,
): PreparedOperation => ({
  permissions: permissionsOn(resourceOf, moreNeeded),
  prepare,
});

/** The entity is from now on as given. */
export const put = <Kind extends Section>(section: Kind, name: string, entity: Sections[Kind]): IdentityChange =>
  ({ section, name, entity }) as unknown as IdentityChange;

/** It is gone. */
export const remove = (section: Section, name: string): IdentityChange => ({ section, name, entity: null });

export function bindIam(
  operations: Readonly<Record<string, IamOperation | PreparedOperation>>,
  parts: OperationParts,
  state: () => Identities,
): Readonly<Record<string, BoundOperation>> {
  const bound = Object.entries(operations).map(([name, operation]): [string, BoundOperation] => [
    name,
    {
      permissions: (call) => operation.permissions(call, state()),
      act: (call) => {
        if ("prepare" in operation) {
          return operation.prepare(call, state(), parts).then((act) => change(act, call, parts));
        }
        return operation.changes ? change(operation.act, call, parts) : answer(operation.act(call, state(), parts));
      },
    },
  ]);
  return Object.fromEntries(bound);
}

const answer = ({ output = {} }: Outcome): Answer => ({ output });

function change(act: Act, call: Call, parts: OperationParts): Promise<Answer> {
  return parts.commit((identities) => {
    const outcome = act(call, identities, parts);
    const { changes: made = [] } = outcome;
    const event = { type: "identities.changed", at: call.request.at, changes: made } as const;
    return { events: made.length > 0 ? [event] : [], result: answer(outcome) };
  });
}
