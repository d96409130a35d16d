// Which place in the tree does a request target name? EC2 forgives how a path is written: captures show that double slashes,
// dot segments, a final slash, percent-encoding and a query change nothing.

/** Below the root: `["latest", "meta-data", "instance-id"]`. */
export type Segments = readonly string[];

/**
 * The segments of a target's path. Undefined when it has none (`*`), or when its escapes are no UTF-8 text: RFC 3986 §2.1 knows
 * no such path, and Mayfly answers 400, as servers do that decode before they look (no capture says what EC2 does).
 */
export function segmentsOf(target: string): Segments | undefined {
  const query = target.indexOf("?");
  const written = withoutHost(query < 0 ? target : target.slice(0, query));
  const path = written.includes("%") ? decoded(written) : written;
  if (path === undefined || !path.startsWith("/")) return undefined;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments;
}

/** A proxy's client writes scheme and host before the path: RFC 9112 §3.2.2. */
const withoutHost = (path: string) => (path.startsWith("/") ? path : path.replace(/^http:\/\/[^/]*\/?/i, "/"));

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
