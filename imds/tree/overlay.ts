// What has been put into the tree of this instance by hand? Paths of the configuration as a tree of their own, which is looked
// at beside the common one.

export interface Overlay {
  /** A text, or null for what is taken away; undefined of what is a directory only. */
  value?: string | null;
  readonly children: Map<string, Overlay>;
}

const grown = new WeakMap<Readonly<Record<string, string | null>>, Overlay>();

/** The paths below the version and their values; the same object gives the same tree. */
export function overlayOf(metadata: Readonly<Record<string, string | null>> | undefined): Overlay | undefined {
  if (metadata === undefined) return undefined;
  const kept = grown.get(metadata);
  if (kept !== undefined) return kept;
  const top: Overlay = { children: new Map() };
  for (const [path, value] of Object.entries(metadata)) {
    let node = top;
    for (const segment of path.split("/")) node = childOf(node, segment);
    node.value = value;
  }
  grown.set(metadata, top);
  return top;
}

function childOf({ children }: Overlay, segment: string): Overlay {
  const child = children.get(segment) ?? { children: new Map() };
  children.set(segment, child);
  return child;
}

/** Whether anything stands at it or below it. */
export const hasValue = (overlay: Overlay): boolean =>
  typeof overlay.value === "string" || (overlay.value === undefined && overlay.children.values().some(hasValue));
