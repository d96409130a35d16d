// Which metadata options and tags hold from now on?

import { isPathTag, TAG_IN_PATH } from "../consistency.ts";
import type { MetadataOptions } from "../instance.ts";
import type { LifeChange } from "../life.ts";
import { ActionRefused, decided, type Situation, seenFrom } from "./situation.ts";

export function modifyOptions(situation: Situation, options: Partial<MetadataOptions>): LifeChange[] {
  const value = { ...optionsOf(situation), ...options };
  demandPathTags(value, Object.keys(tagsOf(situation)));
  return [{ attribute: "metadataOptions", from: seenFrom(situation), value }];
}

/** Those that were decided last, seen or not. */
export const optionsOf = (situation: Situation): MetadataOptions =>
  decided(situation, "metadataOptions") ?? situation.instance.metadataOptions;

/** Those that were decided last, seen or not. */
export function tagsOf(situation: Situation): Readonly<Record<string, string>> {
  return decided(situation, "tags") ?? Object.fromEntries(situation.instance.tags);
}

export function setTags(
  situation: Situation,
  { tags }: { readonly tags: Record<string, string | null> },
): LifeChange[] {
  const all = Object.entries({ ...tagsOf(situation), ...tags });
  const value = Object.fromEntries(all.flatMap(([key, text]) => (text === null ? [] : [[key, text]])));
  demandPathTags(optionsOf(situation), Object.keys(value));
  return [{ attribute: "tags", from: seenFrom(situation), value }];
}

function demandPathTags({ instanceMetadataTags }: MetadataOptions, keys: readonly string[]): void {
  const wrong = instanceMetadataTags === "enabled" ? keys.find((key) => !isPathTag(key)) : undefined;
  if (wrong !== undefined) throw new ActionRefused(`"${wrong}" ${TAG_IN_PATH}`);
}
