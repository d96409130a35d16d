// What is at this path? The leaves grow into one tree; finding, listing and versions all follow from it.

import type { Segments } from "../path.ts";
import { DYNAMIC_LEAVES } from "./dynamic.ts";
import { IAM_LEAVES } from "./iam.ts";
import { INSTANCE_LEAVES } from "./instance.ts";
import type { Look, Value, ValueOf } from "./leaf.ts";
import { LABELS, NAMES } from "./names.ts";
import { NETWORK_LEAVES } from "./network.ts";
import { TAG_LEAVES } from "./tags.ts";
import { placeOf, VERSIONS } from "./versions.ts";

interface Node {
  /** Below the version, as in the tables of leaves. */
  readonly path: string;
  /** The place of the version that introduced it: of a directory that of its oldest leaf. */
  since: number;
  /** Only of a leaf. */
  value?: ValueOf;
  readonly children: Map<string, Node>;
  /** The only child of a directory whose entries the instance names, and their names. */
  placeholder?: Node;
  readonly names: ((look: Look) => readonly string[]) | undefined;
}

const top = grow({ ...DYNAMIC_LEAVES, ...INSTANCE_LEAVES, ...IAM_LEAVES, ...NETWORK_LEAVES, ...TAG_LEAVES });

/**
 * What stands at these segments: the value of a leaf, the listing of a directory; undefined or null for nothing. A leaf is also
 * found with a slash after it and a directory without one, as on EC2. A promise only where a rotator first makes credentials.
 */
export function read(segments: Segments, look: Look): Value | Promise<Value> {
  const version = segments[0];
  if (version === undefined) return VERSIONS.join("\n");
  const place = placeOf(version);
  if (place === undefined) return undefined;
  let node = top;
  let name = "";
  for (let depth = 1; depth < segments.length; depth++) {
    const segment = segments[depth] as string;
    const next = node.placeholder ?? node.children.get(segment);
    if (next === undefined || next.since > place) return undefined;
    if (next.names !== undefined) {
      if (!next.names(look).includes(segment)) return undefined;
      name = segment;
    }
    node = next;
  }
  if (node.value !== undefined) return node.value(look, name);
  const entries = [...listing(node, place, look, name)];
  return entries.length === 0 ? undefined : entries.join("\n");
}

/** The entries of a directory, in the order of their bytes; `name` stands for the placeholder above it. */
function* listing(node: Node, place: number, look: Look, name: string): Generator<string> {
  for (const [own, child] of node.children) {
    if (child.since > place) continue;
    const slash = child.value === undefined ? "/" : "";
    if (child.names !== undefined) for (const found of child.names(look)) yield found + slash;
    else if (isThere(child, place, look, name)) yield LABELS[child.path]?.(look) ?? own + slash;
  }
}

/** A leaf is there when it has a value, a directory when something in it is. */
function isThere(node: Node, place: number, look: Look, name: string): boolean {
  if (node.value !== undefined) return node.value(look, name) !== undefined;
  return !listing(node, place, look, name).next().done;
}

/** Paths are added in their order, and so the children of each node are in order too. */
function grow(leaves: Readonly<Record<string, readonly [since: string, value: ValueOf]>>): Node {
  const seed: Node = { path: "", since: 0, children: new Map(), names: undefined };
  for (const [path, [version, value]] of Object.entries(leaves).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const since = placeOf(version) as number;
    let node = seed;
    for (const segment of path.split("/")) node = childOf(node, segment, since);
    node.value = value;
  }
  return seed;
}

function childOf(parent: Node, segment: string, since: number): Node {
  const path = parent.path === "" ? segment : `${parent.path}/${segment}`;
  const child = parent.children.get(segment) ?? { path, since, children: new Map(), names: NAMES[segment] };
  child.since = Math.min(child.since, since);
  parent.children.set(segment, child);
  if (child.names !== undefined) parent.placeholder = child;
  return child;
}
