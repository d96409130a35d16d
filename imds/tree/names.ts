// Which names does the instance give to entries of the tree, and which entries are not written as they are named?

import { blockDevices } from "./block-devices.ts";
import type { Look } from "./leaf.ts";
import { interfaceOf } from "./network.ts";

/**
 * What a placeholder stands for, in the order of the bytes: it is what a listing shows, and nothing else is found there.
 * `above` is the name in place of the placeholder above it.
 */
export const NAMES: Readonly<Record<string, (look: Look, above: string) => readonly string[]>> = {
  "{certificate}": ({ instance }) => Object.keys(instance.managedSshKeys.signerOcsp ?? {}).sort(),
  "{device}": ({ instance }) => [...blockDevices(instance).keys()].sort(),
  "{mac}": ({ instance }) => instance.networkInterfaces.map(({ macAddress }) => macAddress).sort(),
  "{public-ipv4}": ({ instance }, mac) => [...interfaceOf(instance, mac).ipv4Associations.keys()].sort(),
  "{role}": ({ instance, rotator, at }) => present(rotator.roleName(instance, at)),
  "{tag}": ({ instance: { metadataOptions, tags } }) =>
    metadataOptions.instanceMetadataTags === "enabled" ? [...tags.keys()].sort() : [],
  "{user}": ({ instance }) => Object.keys(instance.managedSshKeys.activeKeys ?? {}).sort(),
};

/** Entries that a listing writes in another way than by their name, and a slash after a directory's. */
export const LABELS: Readonly<Record<string, (look: Look) => string>> = {
  dynamic: () => "dynamic",
  "meta-data": () => "meta-data",
  "meta-data/public-keys/0": ({ instance }) => `0=${instance.keyName}`,
};

const present = (name: string | undefined) => (name === undefined ? [] : [name]);
