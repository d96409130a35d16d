// Which instance types are there? Those that AWS's own model names.

import { instanceTypeFacts } from "../../instances/instance-types.ts";
import { AwsError, type Members } from "../call.ts";
import { loadModel, shapeOf } from "../wire/model.ts";
import { invalidParameterValue } from "./errors.ts";
import type { Ec2 } from "./operation.ts";

let known: ReadonlySet<string> | undefined;

/** Their names, and those that instances have in the configuration. */
export function instanceTypes({ fleet, at }: Ec2): ReadonlySet<string> {
  return new Set([...allTypes(), ...Array.from(fleet.sample(at), ({ instanceType }) => instanceType)]);
}

function allTypes(): ReadonlySet<string> {
  known ??= new Set(shapeOf(loadModel("ec2"), "InstanceType").enum);
  return known;
}

/** @throws AwsError InvalidParameterValue */
export function demandInstanceType(instanceType: string): void {
  if (!allTypes().has(instanceType)) throw invalidParameterValue(`Invalid value '${instanceType}' for InstanceType.`);
}

export const unknownInstanceType = (name: string) =>
  new AwsError("InvalidInstanceType", 400, `The following supplied instance types do not exist: [${name}]`);

export function shownType(instanceType: string): Members {
  const facts = instanceTypeFacts(instanceType);
  const threads = facts.architecture === "arm64" || facts.virtualCpus === 1 ? 1 : 2;
  return {
    InstanceType: instanceType,
    CurrentGeneration: !facts.isXen || instanceType.startsWith("t2."),
    FreeTierEligible: instanceType === "t2.micro" || instanceType === "t3.micro",
    SupportedUsageClasses: ["on-demand", "spot"],
    SupportedRootDeviceTypes: ["ebs"],
    SupportedVirtualizationTypes: ["hvm"],
    BareMetal: facts.isBareMetal,
    ...(!facts.isBareMetal && { Hypervisor: facts.isXen ? "xen" : "nitro" }),
    ProcessorInfo: { SupportedArchitectures: [facts.architecture] },
    VCpuInfo: {
      DefaultVCpus: facts.virtualCpus,
      DefaultCores: facts.virtualCpus / threads,
      DefaultThreadsPerCore: threads,
    },
    MemoryInfo: { SizeInMiB: facts.memoryMebibytes },
    InstanceStorageSupported: false,
    EbsInfo: {
      EbsOptimizedSupport: facts.isXen ? "unsupported" : "default",
      EncryptionSupport: "supported",
      NvmeSupport: facts.isXen ? "unsupported" : "required",
    },
    NetworkInfo: {
      NetworkPerformance: "Up to 5 Gigabit",
      MaximumNetworkInterfaces: 4,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: 15,
      Ipv6AddressesPerInterface: 15,
      Ipv6Supported: true,
      EnaSupport: facts.isXen ? "unsupported" : "required",
      EfaSupported: false,
      EncryptionInTransitSupported: false,
    },
    PlacementGroupInfo: { SupportedStrategies: ["cluster", "partition", "spread"] },
    HibernationSupported: !facts.isBareMetal,
    BurstablePerformanceSupported: facts.isBurstable,
    DedicatedHostsSupported: !facts.isBurstable,
    AutoRecoverySupported: !facts.isBareMetal,
    SupportedBootModes: facts.architecture === "arm64" ? ["uefi"] : ["legacy-bios", "uefi"],
    NitroEnclavesSupport: "unsupported",
  };
}
