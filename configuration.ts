// What world does the user want? The rooms' pieces of the configuration joined into one.

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { bucketsConfiguration, bucketsFaults } from "./aws-api/s3/configuration.ts";
import { containersFaults, podIdentityShape, taskShape, tasksOf } from "./container-credentials/configuration.ts";
import { rotationConfiguration } from "./credential-rotator/configuration.ts";
import { faultSchema } from "./faults/table.ts";
import { delays, instanceShape, unknownCallerSchema } from "./instances/configuration.ts";
import { instancesFaults, unknownCallerFault } from "./instances/consistency.ts";
import { readMemberName } from "./instances/member.ts";
import { realCredentialsFaults } from "./real-credentials.ts";
import { checkIdentities, identitiesShape, strictMapping } from "./roles/configuration.ts";
import { didYouMean } from "./roles/did-you-mean.ts";
import { DEFAULT_ACCOUNT_ID } from "./roles/identities.ts";
import { checkWritten, parseWritten, readText } from "./written.ts";

export { ConfigurationError } from "./written.ts";

const DEFAULT_REGION = "us-east-1";

const ownRotation = rotationConfiguration.describe("Overrides the general rotation").exactOptional();
const instance = strictMapping({ ...instanceShape, rotation: ownRotation });
const task = strictMapping({ ...taskShape, rotation: ownRotation });

const schema = strictMapping({
  ...identitiesShape,
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as us-east-1")
    .exactOptional(),
  rotation: rotationConfiguration.exactOptional(),
  delays: delays.exactOptional(),
  strictClock: z
    .boolean("must be true or false")
    .describe("Whether a signature must be in time by the simulated clock alone, and not by the real one either")
    .exactOptional(),
  buckets: bucketsConfiguration.exactOptional(),
  instances: z.record(z.string(), instance).describe("Instances by name").exactOptional(),
  tasks: tasksOf(task).exactOptional(),
  podIdentity: strictMapping({ ...podIdentityShape, rotation: ownRotation })
    .describe("EKS Pod Identity of one cluster")
    .exactOptional(),
  unknownCaller: unknownCallerSchema.exactOptional(),
  faults: z.array(faultSchema).describe("What goes wrong, when and for whom: see docs/faults.md").exactOptional(),
  allowRealCredentials: z
    .boolean("must be true or false")
    .describe("Whether credentials that a role has from a source may be offered beyond loopback")
    .exactOptional(),
  imds: strictMapping({
    hosts: z
      .array(z.string().min(1))
      .describe("Further Host names by which instances are reached whose role has a source")
      .exactOptional(),
  }).exactOptional(),
  control: strictMapping({
    hosts: z.array(z.string().min(1)).describe("Further Host names that the control port answers to").exactOptional(),
  }).exactOptional(),
})
  .superRefine(checkIdentities)
  .superRefine(checkTogether);

export type WrittenConfiguration = z.infer<typeof schema>;

/** A configuration that was checked. It is what was written, and plain JSON; only account and region are always there. */
export type Configuration = WrittenConfiguration & { readonly account: string; readonly region: string };

/** The commented configuration that `mayfly init` writes. It describes the demo world. */
export const initialConfiguration = readFileSync(
  join(dirname(findPackageJSON(import.meta.url) as string), "data", "mayfly.yaml"),
  "utf8",
);

/**
 * The world without a configuration: one instance `demo` whose role mybucket-access opens the bucket mybucket. It is our own, so that a
 * test checks it and not every start.
 */
export const demoConfiguration = (): Configuration => parse(initialConfiguration);

/** Reads a file. ConfigurationError when it cannot be read or is wrong. */
export async function readConfiguration(file: string): Promise<Configuration> {
  return parseConfiguration(await readText(file), file);
}

/** Reads what is to be merged over a configuration (RFC 7396). ConfigurationError when it cannot be read or is no mapping. */
export async function readConfigurationPatch(file: string): Promise<Readonly<Record<string, unknown>>> {
  return parseWritten(z.record(z.string(), z.unknown()), await readText(file), file);
}

/** Reads YAML, or JSON. ConfigurationError, whose lines begin with `source:line:column`, when it is wrong. */
export function parseConfiguration(text: string, source: string): Configuration {
  return complete(parseWritten(schema, text, source));
}

/** Checks a configuration that came as a value; the lines of its ConfigurationError begin with `configuration`. */
export function checkConfiguration(value: unknown): Configuration {
  return complete(checkWritten(schema, value, "configuration"));
}

function complete(written: WrittenConfiguration): Configuration {
  const { account = DEFAULT_ACCOUNT_ID, region = DEFAULT_REGION } = written;
  return { ...written, account, region };
}

/** A configuration as YAML. */
export const configurationText = (configuration: unknown): string => stringify(configuration, { lineWidth: 120 });

/** The JSON Schema of the configuration, draft 7, which editors know best. */
export function configurationSchema(): object {
  return { title: "Mayfly", ...z.toJSONSchema(schema, { target: "draft-7", io: "input" }) };
}

/** A name, a template's, one of a template's instances, or an id: ids are derived, so that any may be meant. */
function isInstance(meant: string, instances: NonNullable<WrittenConfiguration["instances"]>): boolean {
  const member = readMemberName(meant);
  const count = instances[member?.template ?? ""]?.count ?? 0;
  return (
    Object.hasOwn(instances, meant) || (member !== undefined && member.index < count) || /^i-[0-9a-f]+$/.test(meant)
  );
}

/** What the rooms cannot see by themselves: names that one room's piece uses of another's. */
function checkTogether(configuration: WrittenConfiguration, context: z.RefinementCtx): void {
  const { region = DEFAULT_REGION, roles = {}, instanceProfiles = {}, instances = {}, buckets = [] } = configuration;
  const { faults = [], unknownCaller } = configuration;
  const fault = (path: readonly PropertyKey[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  const profiles = new Set([...Object.keys(roles), ...Object.keys(instanceProfiles)]);
  for (const [name, profile] of Object.entries(instanceProfiles)) if (profile === null) profiles.delete(name);
  for (const [name, { instanceProfile, availabilityZone }] of Object.entries(instances)) {
    if (instanceProfile !== undefined && !profiles.has(instanceProfile)) {
      const message = `there is no instance profile "${instanceProfile}"${didYouMean(instanceProfile, profiles)}`;
      fault(["instances", name, "instanceProfile"], message);
    }
    if (availabilityZone !== undefined && availabilityZone.slice(0, -1) !== region) {
      fault(["instances", name, "availabilityZone"], `must be a zone of the region ${region}`);
    }
  }
  for (const { path, message } of instancesFaults(instances)) fault(["instances", ...path], message);
  const roleFault = (name: string) => {
    if (!Object.hasOwn(roles, name)) return `there is no role "${name}"${didYouMean(name, Object.keys(roles))}`;
    return roles[name]?.source && `the role ${name} has a source: containers are given simulated credentials alone`;
  };
  for (const { path, message } of containersFaults(configuration, roleFault)) fault(path, message);
  const strangerFault = unknownCaller === undefined ? undefined : unknownCallerFault(unknownCaller, instances);
  if (strangerFault !== undefined) fault(["unknownCaller"], strangerFault);
  for (const { path, message } of realCredentialsFaults(configuration)) fault(path, message);
  for (const { path, message } of bucketsFaults(buckets, { ...configuration, region }))
    fault(["buckets", ...path], message);
  for (const [index, { instance }] of faults.entries()) {
    if (instance === undefined || isInstance(instance, instances)) continue;
    const message = `there is no instance "${instance}"${didYouMean(instance, Object.keys(instances))}`;
    fault(["faults", index, "instance"], message);
  }
}
