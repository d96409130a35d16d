import { describe, expect, test } from "vitest";
import type { InstanceConfiguration, InstancesConfiguration } from "../../instances/configuration.ts";
import { createFleet } from "../../instances/fleet.ts";
import type { Instance } from "../../instances/instance.ts";
import { foldInstances, NO_INSTANCES } from "../../instances/state.ts";

const AT = Date.parse("2026-11-24T00:00:00Z");
const fleetOf = (instances: InstancesConfiguration, region = "us-east-1") => {
  const configuration = { account: "123456789012", region, instances };
  const state = foldInstances(NO_INSTANCES, { type: "configuration.loaded", at: AT, configuration });
  return createFleet(() => state);
};
const make = (configuration: InstanceConfiguration, region?: string) =>
  fleetOf({ demo: configuration }, region).byName("demo", AT) as Instance;

describe("an instance of which nothing is said", () => {
  const instance = make({});

  test("has plausible attributes", () => {
    expect(instance).toMatchObject({
      name: "demo",
      instanceId: expect.stringMatching(/^i-0[0-9a-f]{16}$/),
      imageId: expect.stringMatching(/^ami-0[0-9a-f]{16}$/),
      reservationId: expect.stringMatching(/^r-0[0-9a-f]{16}$/),
      instanceType: "t3.micro",
      architecture: "x86_64",
      availabilityZone: "us-east-1a",
      availabilityZoneId: "use1-az1",
      networkInterfaces: [
        {
          interfaceId: expect.stringMatching(/^eni-0[0-9a-f]{16}$/),
          subnetId: expect.stringMatching(/^subnet-0[0-9a-f]{16}$/),
          vpcId: expect.stringMatching(/^vpc-0[0-9a-f]{16}$/),
          macAddress: expect.stringMatching(/^0a(:[0-9a-f]{2}){5}$/),
          privateIpAddresses: [expect.stringMatching(/^172\.31\.([0-9]|1[0-5])\.\d+$/)],
          ipv6Addresses: [],
          securityGroups: ["default"],
          subnetIpv4CidrBlock: "172.31.0.0/20",
          vpcIpv4CidrBlocks: ["172.31.0.0/16"],
          vpcIpv6CidrBlocks: [],
        },
      ],
      launchTime: AT,
      metadataOptions: {
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        httpEndpoint: "enabled",
        httpProtocolIpv6: "disabled",
        instanceMetadataTags: "disabled",
      },
    });
  });

  test("has no more than those", () => {
    for (const absent of ["keyName", "publicKey", "userData", "spotInterruption", "metadata"]) {
      expect(instance).not.toHaveProperty(absent);
    }
  });

  test("is the same in every process: this id is pinned", () => {
    expect(make({})).toEqual(instance);
    expect(instance.instanceId).toBe("i-0b10bed875e980896");
  });
});

describe("what is configured", () => {
  test("holds, and the rest of the metadata options stays", () => {
    const given = {
      instanceType: "m7g.large",
      imageId: "ami-12345678",
      reservationId: "r-0123456789abcdef0",
      userData: "#!/bin/sh\n",
    };
    const connection = {
      securityGroups: ["web", "ssh"],
      macAddress: "02:00:00:00:00:01",
      interfaceId: "eni-0123456789abcdef0",
      subnetId: "subnet-0123456789abcdef0",
      vpcId: "vpc-0123456789abcdef0",
    };
    const addresses = { privateIpAddress: "10.0.0.10", publicIpAddress: "203.0.113.7" };
    const instance = make({
      ...given,
      ...connection,
      ...addresses,
      tags: { Name: "demo" },
      metadataOptions: { httpTokens: "optional" },
    });
    expect(instance).toMatchObject({ ...given, architecture: "arm64" });
    expect(instance.networkInterfaces[0]).toMatchObject({ ...connection, privateIpAddresses: ["10.0.0.10"] });
    expect(instance.networkInterfaces[0].ipv4Associations).toEqual(new Map([["203.0.113.7", "10.0.0.10"]]));
    expect(instance.tags).toEqual(new Map([["Name", "demo"]]));
    expect(instance.metadataOptions).toMatchObject({ httpTokens: "optional", httpPutResponseHopLimit: 1 });
  });

  test.each([
    ["t4g.nano", "arm64"],
    ["im4gn.large", "arm64"],
    ["g5g.xlarge", "arm64"],
    ["a1.medium", "arm64"],
    ["g4dn.xlarge", "x86_64"],
    ["m7i-flex.large", "x86_64"],
  ])("%s runs on %s", (instanceType, architecture) => {
    expect(make({ instanceType }).architecture).toBe(architecture);
  });

  test("a key name brings a well-formed public key, the same for each instance with that name", () => {
    const { publicKey = "" } = make({ keyName: "demo" });
    const [type, base64 = "", comment] = publicKey.split(" ");
    const bytes = Buffer.from(base64, "base64");
    expect([type, comment]).toEqual(["ssh-ed25519", "demo"]);
    expect(bytes.length).toBe(51);
    expect(bytes.toString("latin1", 4, 15)).toBe("ssh-ed25519");
    expect(bytes.readUInt32BE(15)).toBe(32);
    const fleet = fleetOf({ a: { keyName: "demo" }, b: { keyName: "other" } });
    expect(fleet.byName("a", AT)?.publicKey).toBe(publicKey);
    expect(fleet.byName("b", AT)?.publicKey).not.toContain(base64);
  });
});

describe("instances among each other", () => {
  test("share what neighbours share, and differ in what is their own", () => {
    const fleet = fleetOf({ a: {}, b: {}, c: { availabilityZone: "us-east-1b" }, d: { privateIpAddress: "10.1.2.3" } });
    const [a, b, c, d] = fleet.declared(AT) as [Instance, Instance, Instance, Instance];
    for (const own of ["instanceId", "reservationId"] as const) expect(a[own]).not.toBe(b[own]);
    const [ofA, ofB, ofC, ofD] = [a, b, c, d].map(({ networkInterfaces: [primary] }) => primary);
    for (const own of ["interfaceId", "macAddress", "privateIpAddresses"] as const) {
      expect(ofA?.[own]).not.toEqual(ofB?.[own]);
    }
    expect([a.imageId, ofA?.subnetId, ofA?.vpcId]).toEqual([b.imageId, ofB?.subnetId, ofB?.vpcId]);
    expect([ofC?.vpcId, ofC?.subnetId === ofA?.subnetId]).toEqual([ofA?.vpcId, false]);
    expect(ofD?.vpcId).not.toBe(ofA?.vpcId);
  });

  test("a template launches as one reservation, and its addresses count up", () => {
    const fleet = fleetOf({ fleet: { count: 300, publicIpAddress: "203.0.113.0", sourceAddress: "10.0.0.1" } });
    const [first, last] = [fleet.byName("fleet-0", AT), fleet.byName("fleet-299", AT)] as [Instance, Instance];
    expect([first.amiLaunchIndex, last.amiLaunchIndex]).toEqual([0, 299]);
    expect(first.reservationId).toBe(last.reservationId);
    const addresses = ({ networkInterfaces: [primary] }: Instance) => primary.privateIpAddresses;
    expect([addresses(first), addresses(last)]).toEqual([["10.0.0.1"], ["10.0.1.44"]]);
    expect(last.networkInterfaces[0].ipv4Associations).toEqual(new Map([["203.0.114.43", "10.0.1.44"]]));
  });

  test("an association has its own id, for the profile, the instance and the instant", () => {
    const fleet = fleetOf({ a: { instanceProfile: "p" }, b: { instanceProfile: "p" }, c: { instanceProfile: "q" } });
    const ids = fleet.declared(AT).map(({ association }) => association?.associationId);
    for (const id of ids) expect(id).toMatch(/^iip-assoc-0[0-9a-f]{16}$/);
    expect(new Set(ids).size).toBe(3);
    expect(fleet.byName("a", AT)?.association).toMatchObject({ instanceProfileName: "p", associatedAt: AT });
  });
});
