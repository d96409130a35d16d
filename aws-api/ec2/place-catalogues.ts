// Where can machines be, and of which types? Regions, zones and instance types, and how a type is credited.

import { instanceTypeFacts } from "../../instances/instance-types.ts";
import { regionsOf } from "../../instances/regions.ts";
import { zonesOf } from "../../instances/zone.ts";
import type { Members } from "../call.ts";
import type { Catalogue } from "./catalogue.ts";
import { invalidParameterValue, unknownInstanceIds } from "./errors.ts";
import { instanceTypes, shownType, unknownInstanceType } from "./instance-types.ts";
import { presentInstances } from "./instances.ts";

/** That of zones by name is known; the others are guesses after it. */
const invalid = (begin: string) => (value: string) => invalidParameterValue(`${begin}: [${value}]`);

const regions: Catalogue = {
  member: "Regions",
  chosenBy: { RegionNames: ["RegionName", invalid("Invalid region name")] },
  filters: { endpoint: "Endpoint", "opt-in-status": "OptInStatus", "region-name": "RegionName" },
  *items({ state: { region } }) {
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    for (const RegionName of regionsOf(region)) {
      yield { RegionName, Endpoint: `ec2.${RegionName}.${suffix}`, OptInStatus: "opt-in-not-required" };
    }
  },
};

const availabilityZones: Catalogue = {
  member: "AvailabilityZones",
  chosenBy: {
    ZoneNames: ["ZoneName", invalid("Invalid availability zone")],
    ZoneIds: ["ZoneId", invalid("Invalid availability zone-id")],
  },
  filters: {
    "group-name": "GroupName",
    "opt-in-status": "OptInStatus",
    "region-name": "RegionName",
    state: "State",
    "zone-id": "ZoneId",
    "zone-name": "ZoneName",
    "zone-type": "ZoneType",
  },
  *items({ state: { region } }) {
    for (const { name, id } of zonesOf(region)) {
      yield {
        ...{ RegionName: region, ZoneName: name, ZoneId: id, GroupName: `${region}-zg-1`, NetworkBorderGroup: region },
        ...{ ZoneType: "availability-zone", State: "available", OptInStatus: "opt-in-not-required", Messages: [] },
      };
    }
  },
};

const types: Catalogue = {
  member: "InstanceTypes",
  chosenBy: { InstanceTypes: ["InstanceType", unknownInstanceType] },
  filters: {
    "bare-metal": "BareMetal",
    "burstable-performance-supported": "BurstablePerformanceSupported",
    "current-generation": "CurrentGeneration",
    "free-tier-eligible": "FreeTierEligible",
    hypervisor: "Hypervisor",
    "instance-storage-supported": "InstanceStorageSupported",
    "instance-type": "InstanceType",
    "memory-info.size-in-mib": "MemoryInfo.SizeInMiB",
    "processor-info.supported-architecture": "ProcessorInfo.SupportedArchitectures",
    "supported-root-device-type": "SupportedRootDeviceTypes",
    "supported-usage-class": "SupportedUsageClasses",
    "supported-virtualization-type": "SupportedVirtualizationTypes",
    "vcpu-info.default-cores": "VCpuInfo.DefaultCores",
    "vcpu-info.default-vcpus": "VCpuInfo.DefaultVCpus",
  },
  *items(ec2) {
    for (const name of instanceTypes(ec2)) yield shownType(name);
  },
};

const offerings: Catalogue = {
  member: "InstanceTypeOfferings",
  chosenBy: {},
  filters: { "instance-type": "InstanceType", location: "Location" },
  *items(ec2, { input }) {
    const { region } = ec2.state;
    const { LocationType = "region" } = input as { LocationType?: string };
    const places: Readonly<Record<string, string[]>> = {
      region: [region],
      "availability-zone": zonesOf(region).map(({ name }) => name),
      "availability-zone-id": zonesOf(region).map(({ id }) => id),
    };
    for (const InstanceType of instanceTypes(ec2)) {
      for (const Location of places[LocationType] ?? []) yield { InstanceType, LocationType, Location };
    }
  },
};

/** T2 saves its credits up, later ones go on without. Other types have none. */
const creditSpecifications: Catalogue = {
  member: "InstanceCreditSpecifications",
  chosenBy: { InstanceIds: ["InstanceId", (id) => unknownInstanceIds([id])] },
  filters: { "instance-id": "InstanceId" },
  *items(ec2) {
    for (const { instanceId, instanceType } of presentInstances(ec2)) {
      const CpuCredits = instanceType.startsWith("t2.") ? "standard" : "unlimited";
      if (instanceTypeFacts(instanceType).isBurstable) yield { InstanceId: instanceId, CpuCredits } satisfies Members;
    }
  },
};

export const placeCatalogues: Readonly<Record<string, Catalogue>> = {
  DescribeRegions: regions,
  DescribeAvailabilityZones: availabilityZones,
  DescribeInstanceTypes: types,
  DescribeInstanceTypeOfferings: offerings,
  DescribeInstanceCreditSpecifications: creditSpecifications,
};
