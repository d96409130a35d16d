// What is there to do with tags? The same for all that can have them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html

import { TAGS } from "../../roles/limits.ts";
import type { Identities, Section, Sections, Tag } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { invalidInput, limitExceeded } from "./errors.ts";
import { changes, type IamOperation, inputOf, put, type ResourceOf, reads } from "./operation.ts";
import { page } from "./page.ts";

/** A tag as it stands in requests and answers. */
export interface Written {
  readonly Key: string;
  readonly Value: string;
}

interface TagInput extends Members {
  readonly Tags?: readonly Written[];
  readonly TagKeys?: readonly string[];
}

/** Keys of users and roles are the same in any case. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
export type KeyCase = "any case" | "exact case";

const keyed = (key: string, keyCase: KeyCase) => (keyCase === "any case" ? key.toLowerCase() : key);

export const shownTags = (tags: readonly Tag[]): readonly Written[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

/** `Tags`, where there are any. */
export const tagsIfAny = ({ tags }: { readonly tags: readonly Tag[] }): Members =>
  tags.length > 0 ? { Tags: shownTags(tags) } : {};

/** The tags that the call gives. @throws AwsError InvalidInput where a key is there twice */
export function tagsIn(call: Call, keyCase: KeyCase): readonly Tag[] {
  const { Tags = [] } = inputOf<TagInput>(call);
  if (new Set(Tags.map(({ Key }) => keyed(Key, keyCase))).size < Tags.length) {
    const hint = keyCase === "any case" ? " Please note that Tag keys are case insensitive." : "";
    throw invalidInput(`Duplicate tag keys found.${hint}`);
  }
  return Tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

/** Tags with others put over them, each where its key was. @throws AwsError LimitExceeded */
function withTags(tags: readonly Tag[], added: readonly Tag[], keyCase: KeyCase): readonly Tag[] {
  const all = new Map([...tags, ...added].map((tag) => [keyed(tag.key, keyCase), tag]));
  if (all.size > TAGS) throw limitExceeded("The number of tags has reached the maximum limit.");
  return [...all.values()];
}

/** What can have tags. */
export interface Taggable<In extends Section> {
  readonly section: In;
  /** As in the names of its operations: `TagUser`, `ListUserTags`. */
  readonly title: string;
  readonly resource: ResourceOf;
  readonly keyCase: KeyCase;
  find(call: Call, identities: Identities): Sections[In] & { readonly tags: readonly Tag[] };
  /** The same, to be changed. */
  change?(call: Call, identities: Identities): Sections[In] & { readonly tags: readonly Tag[] };
  /** Its key in the section. */
  key(entity: Sections[In]): string;
}

/** `TagX`, `UntagX` and `ListXTags`. */
export function tagOperations<In extends Section>(taggable: Taggable<In>): Readonly<Record<string, IamOperation>> {
  const { section, title, resource, keyCase, find, change = find, key } = taggable;
  const retag = (entity: Sections[In], tags: readonly Tag[]) => ({
    changes: [put(section, key(entity), { ...entity, tags })],
  });
  return {
    [`Tag${title}`]: changes(resource, (call, identities) => {
      const entity = change(call, identities);
      return retag(entity, withTags(entity.tags, tagsIn(call, keyCase), keyCase));
    }),
    [`Untag${title}`]: changes(resource, (call, identities) => {
      const entity = change(call, identities);
      const { TagKeys = [] } = inputOf<TagInput>(call);
      const gone = new Set(TagKeys.map((each) => keyed(each, keyCase)));
      return retag(
        entity,
        entity.tags.filter((tag) => !gone.has(keyed(tag.key, keyCase))),
      );
    }),
    [`List${title}Tags`]: reads(resource, (call, identities) =>
      page(
        call,
        "Tags",
        shownTags(find(call, identities).tags),
        ({ Key }) => Key,
        (tag) => tag,
      ),
    ),
  };
}
