// Which instance profile is attached, and how is it put in the place of another? Answers, states and refusals as they were captured in
// September 2026 (radkawar/stackd). https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IamInstanceProfileAssociation.html

import { instanceActions } from "../../instances/actions/table.ts";
import { associationOf, type ToldAssociation } from "../../instances/associations.ts";
import { type Instance, isGone } from "../../instances/instance.ts";
import type { Call, Members, Permission } from "../call.ts";
import { contextOfInstance } from "./context.ts";
import { incorrectInstanceState, incorrectState, invalidParameterValue, unknownAssociation } from "./errors.ts";
import { type Filter, NO_VALUES } from "./filters.ts";
import { allInstances, instanceArn, instanceIdsOf, instanceOfCall, instanceOfId } from "./instances.ts";
import {
  changedInstance,
  changes,
  describes,
  type Ec2,
  type Ec2Operation,
  inputOf,
  type Outcome,
  situationOf,
} from "./operation.ts";
import { pageOf } from "./page.ts";
import { associationsOf, type ProfileSpecification, passRole, profileIdsOf, profileMeant } from "./profile.ts";

interface AssociationInput {
  readonly AssociationId?: string;
  readonly IamInstanceProfile?: ProfileSpecification;
}

interface Held extends ToldAssociation {
  readonly instance: Instance;
}

const isAssociationId = (id: string) => /^iip-assoc-[0-9a-f]{17}$/.test(id) && !/^iip-assoc-0+$/.test(id);

/** The association of that id, wherever it is. */
const held = (ec2: Ec2, id: string): Held | undefined =>
  allHeld(ec2).find(({ association }) => association.associationId === id);

function heldOfCall(call: Call, ec2: Ec2): Held {
  const id = idOfCall(call);
  const found = held(ec2, id);
  if (!found) throw unknownAssociation(id);
  return found;
}

function idOfCall(call: Call): string {
  const { AssociationId = "" } = inputOf<AssociationInput>(call);
  if (!isAssociationId(AssociationId)) throw invalidParameterValue(`Invalid Id: ${AssociationId}`);
  return AssociationId;
}

const profileOfCall = (call: Call, ec2: Ec2) =>
  profileMeant(ec2.identities, inputOf<AssociationInput>(call).IamInstanceProfile ?? {});

function shown(ec2: Ec2, { instance, association }: Omit<Held, "phase">, state: string): Members {
  const { arn, id } = profileIdsOf(ec2, association);
  return {
    AssociationId: association.associationId,
    InstanceId: instance.instanceId,
    IamInstanceProfile: { Arn: arn, Id: id },
    State: state,
  };
}

/** It is associated once the machine has got credentials by it, which a role that does not trust EC2 keeps it from. */
function stateOf({ rotator, at }: Ec2, { instance, association, phase }: Held): string {
  if (phase === "going") return "disassociating";
  const isDelivered =
    phase === "there" && instance.state !== "pending" && rotator.hasDelivered({ ...instance, association }, at);
  return isDelivered ? "associated" : "associating";
}

function onInstance(call: Call, ec2: Ec2, instance: Instance | undefined, newProfileArn?: string): Permission {
  const keys = instance && contextOfInstance(ec2, instance);
  return {
    action: `ec2:${call.operation}`,
    resource: instanceArn(call, instance?.instanceId ?? "*"),
    context: { ...keys, ...(newProfileArn !== undefined && { "ec2:NewInstanceProfile": [newProfileArn] }) },
  };
}

function demandExisting({ instanceId, state }: Instance): void {
  // The text is a guess.
  if (isGone(state))
    throw incorrectInstanceState(`The instance '${instanceId}' is not in the 'running' or 'stopped' state.`);
}

/** From now on that profile: the answer tells of it as it begins. */
function associate(ec2: Ec2, instance: Instance, instanceProfile: string): Outcome {
  const decisions = instanceActions["associate-profile"].decide(situationOf(ec2, instance), { instanceProfile });
  const made = decisions.flatMap(({ attribute, value }) => (attribute === "profile" && value ? [value] : []));
  const [association] = made.map((value) => associationOf(instance, value));
  const [now] = associationsOf(ec2, instance);
  const told = association
    ? shown(ec2, { instance, association }, "associating")
    : now && shown(ec2, { ...now, instance }, stateOf(ec2, { ...now, instance }));
  return { events: changedInstance(ec2, instance, decisions), output: { IamInstanceProfileAssociation: told } };
}

const associateIamInstanceProfile = changes(
  (call, ec2) => {
    const [id = ""] = instanceIdsOf(call);
    const profile = profileOfCall(call, ec2);
    const permission = onInstance(call, ec2, instanceOfId(ec2, id), profile.arn);
    return [{ ...permission, resource: instanceArn(call, id) }, ...passRole(call, ec2.identities, profile)];
  },
  instanceOfCall,
  (call, ec2) => {
    const instance = instanceOfCall(call, ec2);
    demandExisting(instance);
    if (associationsOf(ec2, instance).some(({ phase }) => phase !== "going")) {
      throw incorrectState(`There is an existing association for instance ${instance.instanceId}`);
    }
    return associate(ec2, instance, profileOfCall(call, ec2).name);
  },
);

const replaceIamInstanceProfileAssociation = changes(
  (call, ec2) => {
    const profile = profileOfCall(call, ec2);
    const permission = onInstance(call, ec2, held(ec2, idOfCall(call))?.instance, profile.arn);
    return [permission, ...passRole(call, ec2.identities, profile)];
  },
  heldOfCall,
  (call, ec2) => {
    const { instance, association, phase } = heldOfCall(call, ec2);
    if (phase === "going" || instance.state === "stopped") {
      throw incorrectState(`The association ${association.associationId} is not the active association`);
    }
    demandExisting(instance);
    return associate(ec2, instance, profileOfCall(call, ec2).name);
  },
);

/** Once more is no mistake while it is going. */
const disassociateIamInstanceProfile = changes(
  (call, ec2) => [onInstance(call, ec2, held(ec2, idOfCall(call))?.instance)],
  heldOfCall,
  (call, ec2) => {
    const told = heldOfCall(call, ec2);
    const { instance, phase } = told;
    const situation = situationOf(ec2, instance);
    const decisions = phase === "going" ? [] : instanceActions["disassociate-profile"].decide(situation, {});
    const state = instance.state === "stopped" ? "disassociated" : "disassociating";
    return {
      events: changedInstance(ec2, instance, decisions),
      output: { IamInstanceProfileAssociation: shown(ec2, told, state) },
    };
  },
);

const STATES = ["associated", "associating", "disassociating"];

/** By the name of a filter the words for a value that it cannot have, or undefined. */
const FILTERS: Readonly<Record<string, (value: string) => string | undefined>> = {
  "instance-id": (value) =>
    /^i-[0-9a-f]+$/.test(value) ? undefined : `A filter with an invalid instance-id of '${value}' was given`,
  state(value) {
    if (value === "disassociated") return "Only 'associated', 'associating' and 'disassociating' are allowed";
    return STATES.includes(value) ? undefined : `A filter for an unknown association state of '${value}' was given`;
  },
};

function demandFilters(filters: readonly Filter[]): void {
  for (const { Name = "", Values = [] } of filters) {
    const fault = FILTERS[Name];
    if (fault === undefined) throw invalidParameterValue(`An unknown filter '${Name}' was given`);
    if (Values.length === 0) throw invalidParameterValue(NO_VALUES);
    const [wrong] = Values.flatMap((value) => fault(value) ?? []);
    if (wrong !== undefined) throw invalidParameterValue(wrong);
  }
}

interface DescribeInput {
  readonly AssociationIds?: readonly string[];
  readonly Filters?: readonly Filter[];
  readonly MaxResults?: number;
}

const describeIamInstanceProfileAssociations = describes((call, ec2) => {
  const { AssociationIds: ids = [], Filters = [], MaxResults = 1 } = inputOf<DescribeInput>(call);
  if (ids.some((id) => !isAssociationId(id))) throw invalidParameterValue("Invalid value for association-id.");
  if (MaxResults < 1) {
    const given = `Invalid value '${MaxResults}' for 'maxResults'.`;
    throw invalidParameterValue(`${given} MaxResult must be a positive integer`);
  }
  demandFilters(Filters);
  const wanted = new Set(ids);
  const { shown: page, more } = pageOf(call, wanted.size === 0 ? allHeld(ec2) : heldOfIds(ec2, wanted), (told) => {
    const made = shown(ec2, told, stateOf(ec2, told));
    return isWanted(made, Filters) ? made : undefined;
  });
  return { IamInstanceProfileAssociations: page, ...more };
});

function* allHeld(ec2: Ec2): Generator<Held> {
  for (const instance of allInstances(ec2)) {
    for (const told of associationsOf(ec2, instance)) yield { ...told, instance };
  }
}

/** @throws AwsError InvalidAssociationID.NotFound */
function heldOfIds(ec2: Ec2, ids: ReadonlySet<string>): readonly Held[] {
  const found = [...allHeld(ec2)].filter(({ association }) => ids.has(association.associationId));
  const known = new Set(found.map(({ association }) => association.associationId));
  const missing = ids.values().find((id) => !known.has(id));
  if (missing !== undefined) throw unknownAssociation(missing);
  return found;
}

const isWanted = ({ InstanceId, State }: Members, filters: readonly Filter[]) =>
  filters.every(({ Name, Values = [] }) => Values.includes(String(Name === "state" ? State : InstanceId)));

export const associationOperations: Readonly<Record<string, Ec2Operation>> = {
  AssociateIamInstanceProfile: associateIamInstanceProfile,
  ReplaceIamInstanceProfileAssociation: replaceIamInstanceProfileAssociation,
  DisassociateIamInstanceProfile: disassociateIamInstanceProfile,
  DescribeIamInstanceProfileAssociations: describeIamInstanceProfileAssociations,
};
