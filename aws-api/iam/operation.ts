// What are IAM's operations written in? Each says what it takes to be allowed, and decides on the account as it is; what it changes
// is appended as one event, so that nothing is ever half done.

import type { Entropy } from "../../entropy/entropy.ts";
import type { IdentitiesChanged, IdentityChange } from "../../roles/events.ts";
import type { AccessKeyMaker } from "../../roles/identities.ts";
import type { Identities, Section, Sections } from "../../roles/model.ts";
import type { Answer, Call, Members, Parts, Permission } from "../call.ts";
import type { BoundOperation } from "../exchange.ts";

export interface IamParts extends Pick<Parts<Identities, IdentitiesChanged>, "commit"> {
  readonly accessKeyFor: AccessKeyMaker;
  readonly entropy: Pick<Entropy, "bytes">;
}

export interface Outcome {
  readonly output?: Members;
  /** None where all is as wanted already. */
  readonly changes?: readonly IdentityChange[];
}

type Permissions = (call: Call, identities: Identities) => readonly Permission[];
export type Act = (call: Call, identities: Identities, parts: IamParts) => Outcome;

export interface IamOperation {
  readonly permissions: Permissions;
  readonly act: Act;
  /** Reads never wait for the journal. */
  readonly changes: boolean;
}

/** One that first does what takes long, such as a slow hash; what comes of it then decides on the account as it is by then. */
export interface PreparedOperation {
  readonly permissions: Permissions;
  readonly prepare: (call: Call, identities: Identities, parts: IamParts) => Promise<Act>;
}

/** The ARN of what an operation is about; the action that it takes is its own name. */
export type ResourceOf = (call: Call, identities: Identities) => string;

const permissionsOn =
  (resourceOf: ResourceOf): Permissions =>
  (call, identities) => [{ action: `iam:${call.operation}`, resource: resourceOf(call, identities) }];

/** An operation that only looks. */
export const reads = (resourceOf: ResourceOf, act: (call: Call, identities: Identities) => Members): IamOperation => ({
  permissions: permissionsOn(resourceOf),
  act: (call, identities) => ({ output: act(call, identities) }),
  changes: false,
});

/** An operation that changes the account. */
export const changes = (resourceOf: ResourceOf, act: Act): IamOperation => ({
  permissions: permissionsOn(resourceOf),
  act,
  changes: true,
});

/** The same with something to do first. */
export const prepares = (resourceOf: ResourceOf, prepare: PreparedOperation["prepare"]): PreparedOperation => ({
  permissions: permissionsOn(resourceOf),
  prepare,
});

/** The entity is from now on as given. */
export const put = <Kind extends Section>(section: Kind, name: string, entity: Sections[Kind]): IdentityChange =>
  ({ section, name, entity }) as unknown as IdentityChange;

/** It is gone. */
export const remove = (section: Section, name: string): IdentityChange => ({ section, name, entity: null });

/** The members of an input, as the model of the operation types them. */
export const inputOf = <Input extends Members>({ input }: Call): Input => input as Input;

export function bindIam(
  operations: Readonly<Record<string, IamOperation | PreparedOperation>>,
  parts: IamParts,
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

function change(act: Act, call: Call, parts: IamParts): Promise<Answer> {
  return parts.commit((identities) => {
    const outcome = act(call, identities, parts);
    const { changes: made = [] } = outcome;
    const event = { type: "identities.changed", at: call.request.at, changes: made } as const;
    return { events: made.length > 0 ? [event] : [], result: answer(outcome) };
  });
}
