// How many requests were there, of which kinds? Counted in the call that logs them, so that the ring's size plays no part.

import { FACES, type Face, type RequestRecord } from "./request-record.ts";

/** What one instance asked of its metadata service, since the start or the last reset. */
export interface InstanceCounts {
  requests: number;
  tokensMinted: number;
  credentialsDelivered: number;
  /**
   * As CloudWatch counts for EC2: successful reads without a token, and those refused because one is required.
   * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
   */
  MetadataNoToken: number;
  MetadataNoTokenRejected: number;
}

const STATUSES = 1_000;

export class RequestCounts {
  /** By face and status, so that a request costs one addition. */
  readonly #statuses = Object.fromEntries(FACES.map((face) => [face, new Float64Array(STATUSES)])) as Readonly<
    Record<Face, Float64Array>
  >;
  readonly #faults = new Map<string, number>();
  readonly #instances = new Map<string, InstanceCounts>();

  count(record: RequestRecord): void {
    const { face, status, facts } = record;
    const statuses = this.#statuses[face];
    statuses[status] = (statuses[status] ?? 0) + 1;
    // Of several faults that struck one request, each counts.
    if (facts.fault !== undefined)
      for (const id of facts.fault.split(" ")) this.#faults.set(id, (this.#faults.get(id) ?? 0) + 1);
    if (face === "imds" && facts.instanceId !== undefined) countOf(record, this.#of(facts.instanceId));
  }

  clear(): void {
    for (const face of FACES) this.#statuses[face].fill(0);
    this.#faults.clear();
    this.#instances.clear();
  }

  /** Face, status and how many, for those that there were. */
  *statuses(): Generator<readonly [face: Face, status: number, count: number]> {
    for (const face of FACES)
      for (const [status, count] of this.#statuses[face].entries()) if (count > 0) yield [face, status, count];
  }

  /** How many requests each fault struck, by its id. */
  get faults(): ReadonlyMap<string, number> {
    return this.#faults;
  }

  /** By instance id, for those that ever asked. */
  get instances(): ReadonlyMap<string, Readonly<InstanceCounts>> {
    return this.#instances;
  }

  /** Those of all instances that have one name, added up. */
  summedBy(nameOf: (instanceId: string) => string): ReadonlyMap<string, InstanceCounts> {
    const sums = new Map<string, InstanceCounts>();
    for (const [instanceId, counts] of this.#instances) {
      const name = nameOf(instanceId);
      const sum = sums.get(name) ?? noCounts();
      for (const count of Object.keys(sum) as (keyof InstanceCounts)[]) sum[count] += counts[count];
      sums.set(name, sum);
    }
    return sums;
  }

  #of(instanceId: string): InstanceCounts {
    const known = this.#instances.get(instanceId);
    if (known !== undefined) return known;
    const counts = noCounts();
    this.#instances.set(instanceId, counts);
    return counts;
  }
}

export const noCounts = (): InstanceCounts => ({
  requests: 0,
  tokensMinted: 0,
  credentialsDelivered: 0,
  MetadataNoToken: 0,
  MetadataNoTokenRejected: 0,
});

function countOf({ method, status, imdsVersion, facts }: RequestRecord, counts: InstanceCounts): void {
  const isRead = method === "GET" || method === "HEAD";
  counts.requests++;
  if (status === 200 && method === "PUT") counts.tokensMinted++;
  if (status === 200 && isRead && facts.accessKeyId !== undefined) counts.credentialsDelivered++;
  if (status === 200 && isRead && imdsVersion === 1) counts.MetadataNoToken++;
  // Without a token this status means that one is required, unless a fault says it.
  if (status === 401 && imdsVersion === 1 && facts.fault === undefined) counts.MetadataNoTokenRejected++;
}
