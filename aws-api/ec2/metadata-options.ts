// How do metadata services answer from now on? The options of an instance, and what the account has set for new ones.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html

import { optionsOf, tagsOf } from "../../instances/actions/settings.ts";
import { instanceActions } from "../../instances/actions/table.ts";
import { type Instance, isGone, type MetadataOptions } from "../../instances/instance.ts";
import type { MetadataDefaults } from "../../instances/launch.ts";
import { METADATA_OPTIONS } from "../../instances/make.ts";
import type { Call, Members } from "../call.ts";
import { incorrectInstanceState, invalidParameterValue, unsupportedOperation } from "./errors.ts";
import { instanceOfCall, onInstances } from "./instances.ts";
import { changedInstance, changes, type Ec2, type Ec2Operation, inputOf, reads, situationOf } from "./operation.ts";
import { shownOptions } from "./show-instance.ts";
import { demandPathTags } from "./tags.ts";

export interface WrittenOptions {
  readonly HttpTokens?: "optional" | "required";
  readonly HttpPutResponseHopLimit?: number;
  readonly HttpEndpoint?: "enabled" | "disabled";
  readonly HttpProtocolIpv6?: "enabled" | "disabled";
  readonly InstanceMetadataTags?: "enabled" | "disabled";
}

const NAMES = {
  HttpTokens: "httpTokens",
  HttpPutResponseHopLimit: "httpPutResponseHopLimit",
  HttpEndpoint: "httpEndpoint",
  HttpProtocolIpv6: "httpProtocolIpv6",
  InstanceMetadataTags: "instanceMetadataTags",
} as const;

/** Those that are given. @throws AwsError InvalidParameterValue for a hop limit that there is not; the text is a guess */
export function writtenOptions(written: WrittenOptions): Partial<MetadataOptions> {
  const { HttpPutResponseHopLimit: hops } = written;
  if (hops !== undefined && (hops < 1 || hops > 64)) {
    throw invalidParameterValue(
      `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. The valid range is 1 to 64.`,
    );
  }
  const given = Object.entries(NAMES).filter(([name]) => written[name as keyof typeof NAMES] !== undefined);
  return Object.fromEntries(given.map(([name, own]) => [own, written[name as keyof typeof NAMES]]));
}

/**
 * Those of a new instance: what the launch says, else what the account says, else what its image says (`ImdsSupport: v2.0`, as all images here
 * have it).
 * @throws AwsError UnsupportedOperation where the account enforces IMDSv2 and the launch does not want it
 */
export function optionsOfLaunch(
  { metadataDefaults }: Ec2["state"],
  written: WrittenOptions,
  tags: Readonly<Record<string, string>>,
): MetadataOptions {
  const { httpTokensEnforced, ...defaults } = metadataDefaults;
  const options = { ...METADATA_OPTIONS, httpPutResponseHopLimit: 2, ...defaults, ...writtenOptions(written) };
  if (httpTokensEnforced === "enabled" && options.httpTokens !== "required") throw enforced("launch instances with");
  demandPathTags(tags, options.instanceMetadataTags);
  return options;
}

/** The wording is after the user guide's, and may differ. */
const enforced = (what: string) =>
  unsupportedOperation(
    `You can't ${what} IMDSv1 because httpTokensEnforced is enabled for this account. Either set httpTokens=required ` +
      "or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the " +
      "account settings in the EC2 console.",
  );

function demandModifiable({ state }: Ec2, instance: Instance, options: Partial<MetadataOptions>): void {
  if (isGone(instance.state)) {
    // The text is a guess.
    throw incorrectInstanceState(`The instance '${instance.instanceId}' is not in the 'running' or 'stopped' state.`);
  }
  if (state.metadataDefaults.httpTokensEnforced === "enabled" && options.httpTokens === "optional") {
    throw enforced("enable");
  }
}

/** What is to be set is asked for by name and by value. */
const attributeKeys = (options: WrittenOptions) => {
  const given = Object.keys(NAMES).filter((name) => options[name as keyof typeof NAMES] !== undefined);
  const values = given.map((name) => [`ec2:Attribute/${name}`, [String(options[name as keyof typeof NAMES])]] as const);
  return { ...(given.length > 0 && { "ec2:Attribute": given }), ...Object.fromEntries(values) };
};

const modifyInstanceMetadataOptions = changes(
  (call, ec2) =>
    onInstances(call, ec2).map((permission) => ({
      ...permission,
      context: { ...permission.context, ...attributeKeys(inputOf<WrittenOptions>(call)) },
    })),
  instanceOfCall,
  (call, ec2) => {
    const instance = instanceOfCall(call, ec2);
    const options = writtenOptions(inputOf<WrittenOptions>(call));
    demandModifiable(ec2, instance, options);
    const situation = situationOf(ec2, instance);
    const after = { ...optionsOf(situation), ...options };
    demandPathTags(tagsOf(situation), after.instanceMetadataTags);
    const decisions = instanceActions["modify-metadata-options"].decide(situation, options);
    const shown = shownOptions(ec2, instance, true);
    return {
      events: changedInstance(ec2, instance, decisions),
      output: {
        InstanceId: instance.instanceId,
        InstanceMetadataOptions: { ...shown, ...inputNames(after) },
      },
    };
  },
);

const inputNames = (options: Partial<MetadataOptions>): Members =>
  Object.fromEntries(Object.entries(NAMES).map(([name, own]) => [name, options[own]]));

const NO_PREFERENCE = "no-preference";

interface WrittenDefaults extends Omit<WrittenOptions, "HttpTokens" | "HttpEndpoint" | "InstanceMetadataTags"> {
  readonly HttpTokens?: "optional" | "required" | typeof NO_PREFERENCE;
  readonly HttpEndpoint?: "enabled" | "disabled" | typeof NO_PREFERENCE;
  readonly InstanceMetadataTags?: "enabled" | "disabled" | typeof NO_PREFERENCE;
  readonly HttpTokensEnforced?: "enabled" | "disabled" | typeof NO_PREFERENCE;
}

/** By the parameter the default that it sets. */
const DEFAULTS = {
  HttpTokens: "httpTokens",
  HttpPutResponseHopLimit: "httpPutResponseHopLimit",
  HttpEndpoint: "httpEndpoint",
  InstanceMetadataTags: "instanceMetadataTags",
  HttpTokensEnforced: "httpTokensEnforced",
} as const;

const onAccount = ({ operation }: Call) => [{ action: `ec2:${operation}`, resource: "*" }];

/** What is given changes, and no preference (a hop limit of -1) takes it away. */
const modifyInstanceMetadataDefaults = changes(onAccount, demandDefaults, (call, ec2) => {
  const written = inputOf<WrittenDefaults>(call);
  const { metadataDefaults: before } = ec2.state;
  const given = Object.entries(DEFAULTS).filter(([name]) => written[name as keyof typeof DEFAULTS] !== undefined);
  const wanted = given.map(([name, own]): [string, unknown] => [own, written[name as keyof typeof DEFAULTS]]);
  const after: Readonly<Record<string, unknown>> = { ...before, ...Object.fromEntries(wanted) };
  const kept = Object.entries(after).filter(([, value]) => value !== NO_PREFERENCE && value !== -1);
  const defaults = Object.fromEntries(kept) as MetadataDefaults;
  return { output: { Return: true }, events: [{ type: "metadata-defaults.modified", at: ec2.at, defaults }] };
});

function demandDefaults(call: Call): void {
  const { HttpPutResponseHopLimit: hops = -1 } = inputOf<WrittenDefaults>(call);
  if (hops !== -1) writtenOptions({ HttpPutResponseHopLimit: hops });
}

/** Captured: with nothing set there is who manages it, and no more. */
const getInstanceMetadataDefaults = reads(onAccount, (_call, { state: { metadataDefaults } }) => {
  const set = Object.entries(DEFAULTS).flatMap(([name, own]) =>
    metadataDefaults[own] === undefined ? [] : [[name, metadataDefaults[own]]],
  );
  return { AccountLevel: { ...Object.fromEntries(set), ManagedBy: "account" } };
});

export const metadataOperations: Readonly<Record<string, Ec2Operation>> = {
  ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions,
  GetInstanceMetadataDefaults: getInstanceMetadataDefaults,
  ModifyInstanceMetadataDefaults: modifyInstanceMetadataDefaults,
};
