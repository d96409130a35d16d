// What is at this path? The leaves grow into one tree; finding, listing and versions all follow from it.

import type { Segments } from "../path.ts";
import { BLOCK_DEVICE_LEAVES } from "./block-devices.ts";
import { DYNAMIC_LEAVES } from "./dynamic.ts";
import { IAM_LEAVES } from "./iam.ts";
import { INSTANCE_LEAVES } from "./instance.ts";
import { type Look, lines, type Value, type ValueOf } from "./leaf.ts";
import { LABELS, NAMES } from "./names.ts";
import { NETWORK_LEAVES } from "./network.ts";
import { NOTICE_LEAVES } from "./notices.ts";
import { hasValue, type Overlay, overlayOf } from "./overlay.ts";
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
  readonly names: ((look: Look, above: string) => readonly string[]) | undefined;
}

const top = grow({
  ...BLOCK_DEVICE_LEAVES,
  ...DYNAMIC_LEAVES,
  ...INSTANCE_LEAVES,
  ...IAM_LEAVES,
  ...NETWORK_LEAVES,
  ...NOTICE_LEAVES,
  ...TAG_LEAVES,
});

/**
 * What stands at these segments: the value of a leaf, the listing of a directory; undefined or null for nothing. A leaf is also
 * found with a slash after it and a directory without one, as on EC2. A promise only where a rotator first makes credentials, and
 * for signatures.
 */
export function read(segments: Segments, look: Look): Value | Promise<Value> {
  const version = segments[0];
  if (version === undefined) return VERSIONS.join("\n");
  const place = placeOf(version);
  if (place === undefined) return undefined;
  let node: Node | undefined = top;
  let overlay = overlayOf(look.instance.metadata);
  let name = "";
  for (let depth = 1; depth < segments.length; depth++) {
    const segment = segments[depth] as string;
    node = node && childAt(node, segment, place, look, name);
    overlay = overlay?.children.get(segment);
    if ((node === undefined && overlay === undefined) || overlay?.value === null) return undefined;
    if (node?.names !== undefined) name = segment;
  }
  if (typeof overlay?.value === "string") return overlay.value;
  if (node?.value !== undefined) {
    const value = node.value(look, name);
    return typeof value === "function" ? value() : value;
  }
  const entries = [...listing(node, overlay, place, look, name)];
  if (overlay !== undefined) entries.sort();
  return lines(entries);
}

function childAt(node: Node, segment: string, place: number, look: Look, above: string): Node | undefined {
  const child = node.placeholder ?? node.children.get(segment);
  if (child === undefined || child.since > place) return undefined;
  return child.names === undefined || child.names(look, above).includes(segment) ? child : undefined;
}

/** The entries of a directory, in the order of their bytes but for what an overlay adds; `name` stands for the placeholder above it. */
function* listing(
  node: Node | undefined,
  overlay: Overlay | undefined,
  place: number,
  look: Look,
  name: string,
): Generator<string> {
  const own = new Set<string>();
  for (const [segment, child] of node?.children ?? []) {
    if (child.since > place) continue;
    for (const found of child.names?.(look, name) ?? [segment]) {
      own.add(found);
      const over = overlay?.children.get(found);
      if (over?.value === null) continue;
      const slash = child.value === undefined ? "/" : "";
      if (child.names !== undefined) yield found + slash;
      else if (isThere(child, over, place, look, name)) yield LABELS[child.path]?.(look) ?? found + slash;
    }
  }
  for (const [segment, added] of overlay?.children ?? []) {
    if (!own.has(segment) && hasValue(added)) yield segment + (added.value === undefined ? "/" : "");
  }
}

/** A leaf is there when it has a value, a directory when something in it is. */
function isThere(node: Node, overlay: Overlay | undefined, place: number, look: Look, name: string): boolean {
  if (typeof overlay?.value === "string") return true;
  if (node.value !== undefined) return node.value(look, name) !== undefined;
  return !listing(node, overlay, place, look, name).next().done;
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
