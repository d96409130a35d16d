// Which attributes does an instance have that are asked for one at a time?
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html

import { instanceActions } from "../../instances/actions/table.ts";
import { modifiedAttributes } from "../../instances/configuration.ts";
import { type Instance, isGone } from "../../instances/instance.ts";
import type { ModifiedAttributes } from "../../instances/life.ts";
import type { Call, Members } from "../call.ts";
import {
  incorrectInstanceState,
  invalidParameterCombination,
  invalidParameterValue,
  unsupportedOperation,
} from "./errors.ts";
import { demandInstanceType } from "./instance-types.ts";
import { instanceOfCall, onInstances } from "./instances.ts";
import { groupNamesOf } from "./networks.ts";
import { changedInstance, changes, type Ec2, type Ec2Operation, inputOf, reads, situationOf } from "./operation.ts";
import { shownGroups, shownMappings } from "./show-instance.ts";

type Show = (instance: Instance) => Members;

const value = (of: (instance: Instance) => unknown, member: string): Show => {
  return (instance) => {
    const Value = of(instance);
    return { [member]: Value === undefined ? {} : { Value } };
  };
};

const userDataOf = ({ userData }: Instance) => {
  const text = userData === undefined ? "" : Buffer.from(userData as string).toString("base64");
  return text === "" ? undefined : text;
};

/** By the name of an attribute how it is told. */
const ATTRIBUTES: Readonly<Record<string, Show>> = {
  instanceType: value(({ instanceType }) => instanceType, "InstanceType"),
  kernel: value(({ kernelId }) => kernelId, "KernelId"),
  ramdisk: value(({ ramdiskId }) => ramdiskId, "RamdiskId"),
  userData: value(userDataOf, "UserData"),
  disableApiTermination: value(({ attributes }) => attributes.disableApiTermination, "DisableApiTermination"),
  disableApiStop: value(({ attributes }) => attributes.disableApiStop, "DisableApiStop"),
  instanceInitiatedShutdownBehavior: value(
    ({ attributes }) => attributes.instanceInitiatedShutdownBehavior,
    "InstanceInitiatedShutdownBehavior",
  ),
  rootDeviceName: value(({ rootDeviceName }) => rootDeviceName, "RootDeviceName"),
  blockDeviceMapping: (instance) => ({ BlockDeviceMappings: shownMappings(instance) }),
  productCodes: ({ productCodes }) => ({
    ProductCodes: productCodes.map((ProductCodeId) => ({ ProductCodeId, ProductCodeType: "marketplace" })),
  }),
  sourceDestCheck: value(({ attributes }) => attributes.sourceDestCheck, "SourceDestCheck"),
  groupSet: (instance) => ({ Groups: shownGroups(instance, instance.networkInterfaces[0]) }),
  ebsOptimized: value(({ attributes }) => attributes.ebsOptimized, "EbsOptimized"),
  sriovNetSupport: value(() => "simple", "SriovNetSupport"),
  enaSupport: value(({ hypervisor }) => hypervisor === "nitro", "EnaSupport"),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
};

const describeInstanceAttribute = reads(
  onInstances,
  (call, ec2) => {
    const { Attribute = "" } = inputOf<{ Attribute?: string }>(call);
    const instance = instanceOfCall(call, ec2);
    return { InstanceId: instance.instanceId, ...ATTRIBUTES[Attribute]?.(instance) };
  },
  instanceOfCall,
);

interface Valued<Value> {
  readonly Value?: Value;
}

interface ModifyInput {
  readonly Attribute?: string;
  readonly Value?: string;
  readonly DisableApiStop?: Valued<boolean>;
  readonly DisableApiTermination?: Valued<boolean>;
  readonly InstanceInitiatedShutdownBehavior?: Valued<"stop" | "terminate">;
  readonly SourceDestCheck?: Valued<boolean>;
  readonly EbsOptimized?: Valued<boolean>;
  readonly InstanceType?: Valued<string>;
  readonly UserData?: Valued<Uint8Array>;
  readonly Groups?: readonly string[];
}

/** The attributes that are members of their own, by the name that `Attribute` gives them. */
const MEMBERS = {
  disableApiStop: "DisableApiStop",
  disableApiTermination: "DisableApiTermination",
  instanceInitiatedShutdownBehavior: "InstanceInitiatedShutdownBehavior",
  sourceDestCheck: "SourceDestCheck",
  ebsOptimized: "EbsOptimized",
  instanceType: "InstanceType",
} as const;

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);

/** What is to be changed, however it is written. */
function wantedOf(call: Call, ec2: Ec2, instance: Instance): ModifiedAttributes {
  const { Attribute, Value, UserData, Groups, ...written } = inputOf<ModifyInput>(call);
  const named: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(MEMBERS)) {
    if (written[member]?.Value !== undefined) named[name] = written[member].Value;
  }
  if (Attribute !== undefined && Value !== undefined) named[Attribute] = TRUTHS.get(Value) ?? Value;
  if (UserData) named.userData = Buffer.from(UserData.Value ?? []).toString("base64");
  if (Groups) named.securityGroups = groupNamesOf(ec2, instance.networkInterfaces[0].vpcId, Groups);
  return named as ModifiedAttributes;
}

const ONLY_STOPPED = ["instanceType", "userData", "ebsOptimized"] as const;

const modifyInstanceAttribute = changes(
  (call, ec2) => {
    const instance = instanceOfIdOrNone(call, ec2);
    const wanted = instance ? wantedOf(call, ec2, instance) : {};
    const keys = Object.entries(wanted).map(([name, each]) => {
      return [`ec2:Attribute/${name.charAt(0).toUpperCase()}${name.slice(1)}`, [String(each)]] as const;
    });
    const names = keys.map(([key]) => key.slice("ec2:Attribute/".length));
    const own = { ...Object.fromEntries(keys), ...(names.length > 0 && { "ec2:Attribute": names }) };
    return onInstances(call, ec2).map((permission) => ({ ...permission, context: { ...permission.context, ...own } }));
  },
  instanceOfCall,
  (call, ec2) => {
    const instance = instanceOfCall(call, ec2);
    const wanted = wantedOf(call, ec2, instance);
    demandModifiable(instance, wanted);
    const decisions = instanceActions["modify-attributes"].decide(situationOf(ec2, instance), wanted as object);
    return { output: {}, events: changedInstance(ec2, instance, decisions) };
  },
);

const instanceOfIdOrNone = (call: Call, { fleet, at }: Ec2) =>
  fleet.byInstanceId(inputOf<{ InstanceId?: string }>(call).InstanceId ?? "", at);

function demandModifiable(instance: Instance, wanted: ModifiedAttributes): void {
  const { instanceId, state } = instance;
  const names = Object.keys(wanted);
  if (names.length === 0) throw invalidParameterCombination("No attributes specified.");
  if (names.length > 1) {
    throw invalidParameterCombination(`Fields for multiple attribute types specified: ${names.join(", ")}`);
  }
  // The text is a guess.
  if (isGone(state)) throw incorrectInstanceState(`The instance '${instanceId}' is not in a state to be modified.`);
  const { error } = modifiedAttributes.safeParse(wanted);
  // The text is a guess.
  if (error) throw invalidParameterValue(`Value (${Object.values(wanted)[0]}) for parameter ${names[0]} is invalid.`);
  if (wanted.instanceType !== undefined) demandInstanceType(wanted.instanceType);
  const isLate = ONLY_STOPPED.some((name) => wanted[name] !== undefined) && state !== "stopped";
  if (isLate) throw incorrectInstanceState(`The instance '${instanceId}' is not in the 'stopped' state.`);
}

const getConsoleOutput = reads(
  onInstances,
  (call, ec2) => ({ InstanceId: instanceOfCall(call, ec2).instanceId, Timestamp: ec2.at, Output: "" }),
  instanceOfCall,
);

/** Nothing here has an UEFI variable store; the words are a guess, and Terraform goes on without it. */
const getInstanceUefiData = reads(
  onInstances,
  (call, ec2) => {
    throw unsupportedOperation(`The instance '${instanceOfCall(call, ec2).instanceId}' has no UEFI data.`);
  },
  instanceOfCall,
);

export const attributeOperations: Readonly<Record<string, Ec2Operation>> = {
  DescribeInstanceAttribute: describeInstanceAttribute,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  GetConsoleOutput: getConsoleOutput,
  GetInstanceUefiData: getInstanceUefiData,
};
