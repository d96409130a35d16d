// Which names does the instance give to entries of the tree, and which entries are not written as they are named?

import type { Look } from "./leaf.ts";

/** What a placeholder stands for, in the order of the bytes: it is what a listing shows, and nothing else is found there. */
export const NAMES: Readonly<Record<string, (look: Look) => readonly string[]>> = {
  "{mac}": ({ instance }) => [instance.macAddress],
  "{public-ipv4}": ({ instance }) => present(instance.publicIpAddress),
  "{role}": ({ instance, rotator }) => present(rotator.roleName(instance)),
  "{tag}": ({ instance: { metadataOptions, tags } }) =>
    metadataOptions.instanceMetadataTags === "enabled" ? [...tags.keys()].sort() : [],
};

/** Entries that a listing writes in another way than by their name, and a slash after a directory's. */
export const LABELS: Readonly<Record<string, (look: Look) => string>> = {
  dynamic: () => "dynamic",
  "meta-data": () => "meta-data",
  "meta-data/public-keys/0": ({ instance }) => `0=${instance.keyName}`,
};

const present = (name: string | undefined) => (name === undefined ? [] : [name]);
