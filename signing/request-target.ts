// What do path and query look like in the canonical request? In two ways: S3's and everyone else's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step 1

import { badEscape, decodeBytes, encodeBytes } from "./percent-encoding.ts";

/** A parameter of the query in canonical encoding. */
export interface Parameter {
  readonly name: string;
  /** Empty where there is none. */
  readonly value: string;
  /** `acl` has none, `acl=` an empty one: the same to version 4. */
  readonly hasValue: boolean;
}

export interface RequestTarget {
  /** As sent. */
  readonly path: string;
  /** In the order of the wire. */
  readonly parameters: readonly Parameter[];
  /** The first bad escape of the query. */
  readonly badEscape?: string;
}

export function readTarget(target: string): RequestTarget {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, parameters: [] };
  const parameters: Parameter[] = [];
  let bad: string | undefined;
  const recode = (part: string) => {
    bad ??= badEscape(part);
    // A plus is a space to AWS, and is signed as one.
    return encodeBytes(decodeBytes(part.includes("+") ? part.replaceAll("+", " ") : part));
  };
  for (const pair of target.slice(mark + 1).split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    parameters.push(
      equals < 0
        ? { name: recode(pair), value: "", hasValue: false }
        : { name: recode(pair.slice(0, equals)), value: recode(pair.slice(equals + 1)), hasValue: true },
    );
  }
  return { path: target.slice(0, mark), parameters, ...(bad !== undefined && { badEscape: bad }) };
}

/** The value, decoded, of the first parameter of that name. */
export function parameter(target: RequestTarget, name: string): string | undefined {
  const found = target.parameters.find((each) => each.name === name);
  return found && decodeBytes(found.value);
}

/** All parameters but the signature itself, sorted by name, then by value. */
export function canonicalQuery(parameters: readonly Parameter[]): string {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return parameters
    .filter(({ name }) => name !== "X-Amz-Signature")
    .sort((a, b) => order(a.name, b.name) || order(a.value, b.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join("&");
}

const encodeSegments = (path: string) => path.split("/").map(encodeBytes).join("/");

/** S3 takes a key as it is: neither `//` nor `..` mean anything, and what is signed is the key, encoded once. */
export function verbatimUri(path: string): string {
  return encodeSegments(decodeBytes(path));
}

/** Other services resolve `.`, `..` and `//`, and encode once more what the wire has. Undefined when it leads above the root. */
export function normalizedUri(path: string): string | undefined {
  if (path === "/") return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  const last = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${encodeSegments(segments.join("/"))}${last}`;
}
