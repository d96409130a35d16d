// How is a document changed in parts? By a merge patch: what it names is put in place of what was there, null takes away, the rest stays.
// https://www.rfc-editor.org/rfc/rfc7396

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The document after the patch; neither is changed. Lists are replaced whole. */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isMapping(patch)) return patch;
  const merged = new Map(Object.entries(isMapping(document) ? document : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
