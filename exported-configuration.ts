// How is the world of this moment written as a configuration? What was loaded, with all that the rooms have to say of what was changed.

import { bucketsConfigurationOf } from "./aws-api/s3/export.ts";
import type { Configuration } from "./configuration.ts";
import { instancesConfigurationOf } from "./instances/export.ts";
import { identitiesConfigurationOf } from "./roles/export.ts";
import type { Simulator } from "./simulator.ts";

const isThere = ([, value]: readonly [string, unknown]) =>
  typeof value !== "object" || value === null || Object.keys(value).length > 0;

/** Sections in which there is nothing are left out. */
export function exportedConfiguration({ world, fleet, clock }: Simulator): Readonly<Record<string, unknown>> {
  const { configuration, identities, instances, s3 } = world;
  if (!configuration || !identities) throw new TypeError("a world has a configuration");
  const sections: Configuration = {
    ...configuration,
    ...identitiesConfigurationOf(identities),
    buckets: bucketsConfigurationOf(s3, identities),
    instances: instancesConfigurationOf(instances, fleet, clock.now()) as NonNullable<Configuration["instances"]>,
  };
  return Object.fromEntries(Object.entries(sections).filter(isThere));
}
