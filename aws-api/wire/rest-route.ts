// Which S3 operation is it? Method, path or host, query and one header decide; `x-id` and other parameters are noise.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html

import { AwsError } from "../call.ts";
import type { Route, ServiceModel } from "./model.ts";
import { decodePercent, parseForm } from "./percent.ts";

/** What the path, the query and the host say; names are decoded. */
export interface RestTarget {
  readonly bucket?: string;
  readonly key?: string;
  readonly query: ReadonlyMap<string, string>;
}

const invalidUri = () => new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.");
const NO_QUERY: ReadonlyMap<string, string> = new Map();

/**
 * The bucket that a Host header names: `mybucket.s3.us-east-1.amazonaws.com`, `mybucket.s3.localhost:4566`,
 * `mybucket.localhost`. Undefined for an IP literal and for S3's own name, where the path names it.
 */
export function bucketOfHost(host: string | undefined): string | undefined {
  const name = host?.replace(/:\d+$/, "").toLowerCase();
  if (name === undefined || !name.includes(".") || /^[\d.]+$|^\[/.test(name)) return undefined;
  const beforeS3 = /^(?:(.+)\.)?s3(?:[.-].*)?$/.exec(name);
  return beforeS3 ? beforeS3[1] : /^(.+)\.localhost$/.exec(name)?.[1];
}

/**
 * Reads the target of a request as it stands on the request line; `hostBucket` is the bucket that the host names.
 * @throws AwsError InvalidURI when it does not start with `/`, or is not properly encoded UTF-8
 */
export function readRestTarget(target: string, hostBucket: string | undefined): RestTarget {
  const question = target.indexOf("?");
  const path = question < 0 ? target : target.slice(0, question);
  if (!path.startsWith("/")) throw invalidUri();
  const query = question < 0 ? NO_QUERY : parseForm(target.slice(question + 1), invalidUri);
  if (hostBucket !== undefined) return { bucket: hostBucket, ...keyOf(path.slice(1)), query };
  if (path === "/") return { query };
  const slash = path.indexOf("/", 1);
  const bucket = decodePercent(slash < 0 ? path.slice(1) : path.slice(1, slash), invalidUri);
  if (bucket === "") throw invalidUri();
  return { bucket, ...(slash < 0 ? {} : keyOf(path.slice(slash + 1))), query };
}

/** JavaScript's SDK ends a bucket's path with a slash: that is no key. */
const keyOf = (path: string) => (path === "" ? {} : { key: decodePercent(path, invalidUri) });

interface Candidate {
  readonly operation: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly header: string | undefined;
}

/** Gives the operation of a request, also one that we do not serve; undefined where the resource has no such method. */
export type Router = (
  method: string,
  target: RestTarget,
  hasHeader: (lowerCaseName: string) => boolean,
) => string | undefined;

/** Made once from the model: of the operations whose conditions hold, the one with the most is meant. */
export function compileRouter(model: ServiceModel): Router {
  const byResource = new Map<string, Candidate[]>();
  const served = (operation: string) => (operation in model.operations ? 1 : 0);
  for (const [operation, route] of Object.entries(model.routes ?? {})) {
    const place = `${route.method} ${route.target}`;
    const candidates = byResource.get(place) ?? [];
    byResource.set(place, candidates);
    candidates.push({ operation, query: Object.entries(route.query), header: route.header });
  }
  for (const candidates of byResource.values()) {
    candidates.sort((a, b) => conditions(b) - conditions(a) || served(b.operation) - served(a.operation));
  }
  return (method, target, hasHeader) => {
    const candidates = byResource.get(`${method} ${resourceOf(target)}`) ?? [];
    const meant = candidates.find(
      ({ query, header }) =>
        query.every(([name, value]) => target.query.has(name) && (value === "" || target.query.get(name) === value)) &&
        (header === undefined || hasHeader(header)),
    );
    return meant?.operation;
  };
}

const conditions = ({ query, header }: Candidate) => query.length + (header === undefined ? 0 : 1);

export function resourceOf(target: RestTarget): Route["target"] {
  if (target.bucket === undefined) return "service";
  return target.key === undefined ? "bucket" : "object";
}
