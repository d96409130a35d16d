// Which tags do resources have? Those of instances are what their metadata services show, those of everything else are kept beside.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html

import { optionsOf, tagsOf } from "../../instances/actions/settings.ts";
import { instanceActions } from "../../instances/actions/table.ts";
import { isPathTag } from "../../instances/consistency.ts";
import type { Instance } from "../../instances/instance.ts";
import type { InstancesEvent } from "../../instances/state.ts";
import { AwsError, type Call, type Members, type Permission } from "../call.ts";
import { contextOfInstance, requestTagKeys, resourceTagKeys } from "./context.ts";
import { invalidParameterValue, unknownResource } from "./errors.ts";
import { filterOf } from "./filters.ts";
import { allInstances, instanceArn, instanceIdsOf, instancesOfIds } from "./instances.ts";
import { changedInstance, changes, describes, type Ec2, type Ec2Operation, inputOf, situationOf } from "./operation.ts";
import { pageOf } from "./page.ts";
import { shownTags } from "./show-instance.ts";

export type Tags = Readonly<Record<string, string>>;

export interface WrittenTag {
  readonly Key?: string;
  readonly Value?: string;
}

interface TagsInput {
  readonly Resources?: readonly string[];
  readonly Tags?: readonly WrittenTag[];
}

/** What an id is of, by what it begins with. */
const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  ami: "image",
  eni: "network-interface",
  i: "instance",
  key: "key-pair",
  sg: "security-group",
  sir: "spot-instances-request",
  snap: "snapshot",
  subnet: "subnet",
  vol: "volume",
  vpc: "vpc",
};

/** Undefined for what is no id. Those of instances are judged as instances are everywhere. */
export function resourceTypeOf(id: string): string | undefined {
  const [, prefix = "", rest = ""] = /^([a-z]+)-(.*)$/s.exec(id) ?? [];
  const isId = prefix === "i" || /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(rest);
  return isId && Object.hasOwn(RESOURCE_TYPES, prefix) ? RESOURCE_TYPES[prefix] : undefined;
}

const MOST_TAGS = 50;

/**
 * What is to be set, as a mapping. The texts of lengths and of the limit are guesses.
 * @throws AwsError InvalidParameterValue, TagLimitExceeded
 */
export function demandTags(written: readonly WrittenTag[]): Tags {
  for (const { Key = "", Value = "" } of written) {
    if (Key.startsWith("aws:")) {
      throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (Key === "" || Key.length > 128)
      throw invalidParameterValue("Tag key exceeds the maximum length of 128 characters");
    if (Value.length > 256) throw invalidParameterValue("Tag value exceeds the maximum length of 256 characters");
  }
  const keys = written.map(({ Key }) => Key);
  const double = keys.find((key, i) => keys.indexOf(key) < i);
  if (double !== undefined) throw invalidParameterValue(`Duplicate tag key '${double}' specified.`);
  return demandFew(Object.fromEntries(written.map(({ Key = "", Value = "" }) => [Key, Value])));
}

function demandFew(tags: Tags): Tags {
  if (Object.keys(tags).length <= MOST_TAGS) return tags;
  throw new AwsError("TagLimitExceeded", 400, `More than ${MOST_TAGS} tags specified`);
}

/** What stands in a path of the metadata service must be fit for one. */
export function demandPathTags(tags: Tags, instanceMetadataTags: "enabled" | "disabled"): void {
  const wrong = instanceMetadataTags === "enabled" ? Object.keys(tags).find((key) => !isPathTag(key)) : undefined;
  if (wrong === undefined) return;
  throw invalidParameterValue(
    `'${wrong}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), ` +
      "and must not be a reserved name ('.', '..', '_index')",
  );
}

/** Those of a resource that is no instance. */
export const tagsOfResource = ({ state }: Ec2, id: string): Tags => state.resourceTags.get(id) ?? {};

/** The same as they are told. */
export const shownTagsOf = (ec2: Ec2, id: string) => shownTags(tagsOfResource(ec2, id));

/** The resources of a call: instances by themselves, and the ids of the others. @throws AwsError InvalidInstanceID.NotFound, InvalidID */
function resourcesOf(call: Call, ec2: Ec2): { instances: readonly Instance[]; others: readonly string[] } {
  const { Resources = [] } = inputOf<TagsInput>(call);
  const unknown = Resources.find((id) => resourceTypeOf(id) === undefined);
  if (unknown !== undefined) throw unknownResource(unknown);
  const ids = Resources.filter((id) => resourceTypeOf(id) === "instance");
  const others = Resources.filter((id) => resourceTypeOf(id) !== "instance");
  const checked = instanceIdsOf({ ...call, input: { InstanceIds: ids } });
  return { instances: instancesOfIds(ec2, checked), others };
}

/** The action of the operation on each resource, whatever is there. */
function onResources(call: Call, ec2: Ec2): Permission[] {
  const { Resources = [], Tags = [] } = inputOf<TagsInput>(call);
  const { partition, region, accountId, operation } = call;
  const wanted = Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  return Resources.map((id) => {
    const type = resourceTypeOf(id);
    const instance = type === "instance" ? ec2.fleet.byInstanceId(id, ec2.at) : undefined;
    const own = instance ? contextOfInstance(ec2, instance) : resourceTagKeys(tagsOfResource(ec2, id));
    return {
      action: `ec2:${operation}`,
      resource:
        type === "instance" ? instanceArn(call, id) : `arn:${partition}:ec2:${region}:${accountId}:${type}/${id}`,
      context: { ...own, ...requestTagKeys(wanted) },
    };
  });
}

type Change = (before: Tags) => Readonly<Record<string, string | null>>;

/** The events that change the tags of all resources of the call. */
function changeTags(call: Call, ec2: Ec2, change: Change): InstancesEvent[] {
  const { instances, others } = resourcesOf(call, ec2);
  const ofInstances = instances.flatMap((instance) => {
    const situation = situationOf(ec2, instance);
    const tags = change(tagsOf(situation));
    const after = demandFew(applied(tagsOf(situation), tags));
    demandPathTags(after, optionsOf(situation).instanceMetadataTags);
    return changedInstance(ec2, instance, instanceActions["set-tags"].decide(situation, { tags }));
  });
  const tags = others.map((id) => {
    const before = tagsOfResource(ec2, id);
    return [id, demandFew(applied(before, change(before)))] as const;
  });
  if (tags.length === 0) return ofInstances;
  return [...ofInstances, { type: "resources.tagged", at: ec2.at, tags: Object.fromEntries(tags) }];
}

function applied(before: Tags, change: Readonly<Record<string, string | null>>): Tags {
  const all = Object.entries({ ...before, ...change });
  return Object.fromEntries(all.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}

const createTags = changes(onResources, resourcesOf, (call, ec2) => {
  const wanted = demandTags(inputOf<TagsInput>(call).Tags ?? []);
  return { output: {}, events: changeTags(call, ec2, () => wanted) };
});

/** A tag with a value goes only if that is its value; without any tags all go. */
const deleteTags = changes(onResources, resourcesOf, (call, ec2) => {
  const { Tags } = inputOf<TagsInput>(call);
  const change: Change = (before) => {
    const written: readonly WrittenTag[] = Tags ?? Object.keys(before).map((Key) => ({ Key }));
    const going = written.flatMap(({ Key = "", Value }) =>
      Object.hasOwn(before, Key) && (Value === undefined || before[Key] === Value) ? [Key] : [],
    );
    return Object.fromEntries(going.map((key) => [key, null]));
  };
  return { output: {}, events: changeTags(call, ec2, change) };
});

const TAG_PATHS = {
  key: "Key",
  "resource-id": "ResourceId",
  "resource-type": "ResourceType",
  value: "Value",
  "tag-key": "Key",
  tag: "Own",
};

function* allTags(ec2: Ec2): Generator<Members> {
  const told = (ResourceId: string, tags: Tags) =>
    Object.entries(tags).map(([Key, Value]) => ({ Key, ResourceId, ResourceType: resourceTypeOf(ResourceId), Value }));
  for (const instance of allInstances(ec2)) yield* told(instance.instanceId, tagsOf(situationOf(ec2, instance)));
  for (const [id, tags] of ec2.state.resourceTags) yield* told(id, tags);
}

const describeTags = describes((call, ec2) => {
  const isWanted = filterOf(call, TAG_PATHS);
  const { shown, more } = pageOf(call, allTags(ec2), (tag) =>
    isWanted({ ...tag, Own: [{ Key: tag.Key, Value: tag.Value }] }) ? tag : undefined,
  );
  return { Tags: shown, ...more };
});

export const tagOperations: Readonly<Record<string, Ec2Operation>> = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags,
};
