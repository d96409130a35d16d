// What has happened to this instance since it was launched as configured? Everything that may change while it lives, as it holds
// from when on, and the instance as it is at one instant.

import { type AttachedProfile, associationsAt, runs } from "./associations.ts";
import type { Instance, InstanceAttributes, MetadataOptions, NetworkInterface, PowerState } from "./instance.ts";
import type { MaintenanceEvent, SpotInterruption, TargetLifecycleState } from "./notices.ts";
import { continued, type Timeline, valueAt, wholeSecond } from "./timeline.ts";

/** What ModifyInstanceAttribute changes; what is absent is as at the launch. */
export interface ModifiedAttributes extends Partial<InstanceAttributes> {
  readonly instanceType?: string;
  /** Base64; empty for none. */
  readonly userData?: string;
  /** The names of those of the primary interface. */
  readonly securityGroups?: readonly string[];
}

/** The values that each attribute may take; null where there is none any more. */
export interface LifeValues {
  readonly power: PowerState;
  readonly profile: AttachedProfile | null;
  readonly metadataOptions: MetadataOptions;
  readonly tags: Readonly<Record<string, string>>;
  readonly targetLifecycleState: TargetLifecycleState | null;
  readonly spotInterruption: SpotInterruption | null;
  /** The instant of the notice. */
  readonly rebalanceRecommendation: number | null;
  readonly maintenance: readonly MaintenanceEvent[];
  readonly attributes: ModifiedAttributes;
}

export type LifeAttribute = keyof LifeValues;

/** One attribute has another value from an instant on. */
export type LifeChange = {
  [Attribute in LifeAttribute]: {
    readonly attribute: Attribute;
    readonly from: number;
    readonly value: LifeValues[Attribute];
  };
}[LifeAttribute];

export type Life = {
  /** The name of the entry in the configuration that the instance is of. */
  readonly entryName: string;
} & { readonly [Attribute in LifeAttribute]?: Timeline<LifeValues[Attribute]> };

export function foldLife(life: Life, changes: readonly LifeChange[]): Life {
  let folded = life;
  for (const { attribute, from, value } of changes) {
    const timeline = (folded[attribute] ?? []) as Timeline<unknown>;
    folded = { ...folded, [attribute]: continued(timeline, from, value) };
  }
  return folded;
}

/** The instance from one instant until just before another. */
export interface Stretch {
  readonly instance: Instance;
  readonly from: number;
  readonly until: number;
}

/** The instance as it is at that instant; `launched` is what it was at its launch. */
export function instanceAt(launched: Instance, life: Life | undefined, at: number): Stretch {
  if (life === undefined) {
    return { instance: launched, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  }
  const boundaries = boundariesOf(life);
  return {
    instance: { ...launched, ...attributesAt(launched, life, at), ...associationsAt(launched, life, at) },
    from: Math.max(...boundaries.filter((each) => each <= at)),
    until: Math.min(...boundaries.filter((each) => each > at)),
  };
}

function boundariesOf({ entryName: _, ...timelines }: Life): number[] {
  return Object.values(timelines).flatMap((timeline) => timeline.map(({ from }) => from));
}

function attributesAt(launched: Instance, life: Life, at: number): Partial<Instance> {
  const value = <Attribute extends LifeAttribute>(attribute: Attribute) =>
    valueAt((life[attribute] ?? []) as Timeline<LifeValues[Attribute]>, at);
  const tags = value("tags");
  const spotInterruption = value("spotInterruption");
  const rebalanceRecommendedAt = value("rebalanceRecommendation");
  const run = runs(launched, life.power, at).at(-1);
  const power = life.power?.findLast(({ from }) => from <= at);
  return {
    state: power?.value ?? launched.state,
    stateSince: power?.from ?? launched.stateSince,
    launchTime: wholeSecond(run?.from ?? launched.launchTime),
    restarts: run?.restarts ?? 0,
    metadataOptions: value("metadataOptions") ?? launched.metadataOptions,
    targetLifecycleState: value("targetLifecycleState") ?? launched.targetLifecycleState,
    maintenance: value("maintenance") ?? launched.maintenance,
    ...(tags && { tags: new Map(Object.entries(tags)) }),
    ...(spotInterruption && { spotInterruption }),
    ...(typeof rebalanceRecommendedAt === "number" && { rebalanceRecommendedAt }),
    ...modified(launched, value("attributes")),
  };
}

function modified(launched: Instance, changed: ModifiedAttributes = {}): Partial<Instance> {
  const { instanceType, userData, securityGroups, ...attributes } = changed;
  const [primary, ...others] = launched.networkInterfaces;
  const regrouped: NetworkInterface | undefined = securityGroups && { ...primary, securityGroups };
  return {
    attributes: { ...launched.attributes, ...attributes },
    ...(instanceType !== undefined && { instanceType }),
    ...(userData !== undefined && { userData: Buffer.from(userData, "base64") }),
    ...(regrouped && { networkInterfaces: [regrouped, ...others] as const }),
  };
}
