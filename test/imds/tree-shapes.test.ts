// Instances of other shapes than the plain one: several interfaces, IPv6, volumes, placement, and what was put in by hand.

import { describe, expect, test } from "vitest";
import type { InstanceConfiguration } from "../../instances/configuration.ts";
import { worldOf } from "./parts.ts";

const MAC = "0a:00:00:00:00:01";
const SECOND_MAC = "0a:00:00:00:00:02";
const macs = "network/interfaces/macs";

/** What GET answers below `meta-data/`: the body of a 200, else the status. */
function reader(configuration: InstanceConfiguration) {
  const world = worldOf(configuration);
  return (path: string) => {
    const { status, body } = world.get(`/latest/${path}`);
    return status === 200 ? body : status;
  };
}

describe("two interfaces", () => {
  const read = reader({
    privateIpAddress: "172.31.16.9",
    secondaryPrivateIpAddresses: ["172.31.16.10"],
    publicIpAddress: "203.0.113.25",
    ipv4Associations: { "203.0.113.9": "172.31.16.10" },
    ipv6Addresses: ["2001:db8:1:2::9", "2001:db8:1:2::a"],
    ipv4Prefixes: ["172.31.17.0/28"],
    ipv6Prefixes: ["2001:db8:1:2:3::/80"],
    macAddress: MAC,
    securityGroups: ["web"],
    networkInterfaces: [{ macAddress: SECOND_MAC, privateIpAddress: "172.31.32.7", networkCardIndex: 1 }],
  });
  const first = `meta-data/${macs}/${MAC}`;
  const second = `meta-data/${macs}/${SECOND_MAC}`;

  test.each([
    [`meta-data/${macs}/`, `${MAC}/\n${SECOND_MAC}/`],
    ["meta-data/mac", MAC],
    ["meta-data/ipv6", "2001:db8:1:2::9"],
    ["meta-data/public-ipv4", "203.0.113.25"],
    [`${first}/device-number`, "0"],
    [`${first}/local-ipv4s`, "172.31.16.9\n172.31.16.10"],
    [`${first}/public-ipv4s`, "203.0.113.25\n203.0.113.9"],
    [`${first}/ipv4-associations/`, "203.0.113.25\n203.0.113.9"],
    [`${first}/ipv4-associations/203.0.113.9`, "172.31.16.10"],
    [`${first}/ipv6s`, "2001:db8:1:2::9\n2001:db8:1:2::a"],
    [`${first}/ipv4-prefix`, "172.31.17.0/28"],
    [`${first}/ipv6-prefix`, "2001:db8:1:2:3::/80"],
    [`${first}/subnet-ipv6-cidr-blocks`, "2001:db8:1:2:0:0:0:0/64"],
    [`${first}/vpc-ipv6-cidr-blocks`, "2001:db8:1:0:0:0:0:0/56"],
    [`${first}/network-card`, 404],
    [`${second}/device-number`, "1"],
    [`${second}/network-card`, "1"],
    [`${second}/local-ipv4s`, "172.31.32.7"],
    [`${second}/local-hostname`, "ip-172-31-32-7.ec2.internal"],
    [`${second}/security-groups`, "web"],
    [`${second}/ipv4-associations/`, 404],
    [`${second}/ipv4-associations/203.0.113.9`, 404],
    [`${second}/ipv6s`, 404],
    [`${second}/public-ipv4s`, 404],
  ])("%s", (path, value) => {
    expect(read(path)).toBe(value);
  });
});

describe("a subnet that has IPv6 alone", () => {
  const read = reader({ ipv6Native: true, macAddress: MAC, instanceId: "i-04b098f5de41d11e6" });
  const own = `meta-data/${macs}/${MAC}`;

  test("it has a derived address in the blocks of its subnet and VPC", () => {
    const address = String(read("meta-data/ipv6"));
    expect(address).toMatch(/^2600:1f[0-9a-f]{2}(:[0-9a-f]{1,4}){6}$/);
    const [a, b, c, d = ""] = address.split(":");
    expect(read(`${own}/subnet-ipv6-cidr-blocks`)).toBe(`${a}:${b}:${c}:${d}:0:0:0:0/64`);
    const vpc = (Number.parseInt(d, 16) & 0xff00).toString(16);
    expect(read(`${own}/vpc-ipv6-cidr-blocks`)).toBe(`${a}:${b}:${c}:${vpc}:0:0:0:0/56`);
  });

  test("it has no IPv4, and is called by its id", () => {
    expect(read("meta-data/local-ipv4")).toBe(404);
    expect(read("meta-data/hostname")).toBe("i-04b098f5de41d11e6.ec2.internal");
    expect(read(`${own}/`)).toBe(
      [
        ...["device-number", "interface-id", "ipv6s", "local-hostname", "mac", "owner-id", "security-group-ids"],
        ...["security-groups", "subnet-id", "subnet-ipv6-cidr-blocks", "vpc-id", "vpc-ipv4-cidr-block"],
        ...["vpc-ipv4-cidr-blocks", "vpc-ipv6-cidr-blocks"],
      ].join("\n"),
    );
    expect(read("dynamic/instance-identity/document")).toContain('"privateIp" : null');
  });
});

describe("what an instance may have", () => {
  const read = reader({
    instanceLifecycle: "spot",
    hypervisor: "xen",
    rootDeviceName: "/dev/sda1",
    blockDeviceMappings: [
      { deviceName: "/dev/sdf" },
      { deviceName: "/dev/sdb", virtualName: "ephemeral0" },
      { deviceName: "sdg" },
      { deviceName: "sda3", virtualName: "swap" },
    ],
    placement: { groupName: "cluster", hostId: "h-0123456789abcdef0", partitionNumber: 3 },
    ancestorAmiIds: ["ami-12345678", "ami-87654321"],
    kernelId: "aki-12345678",
    ramdiskId: "ari-12345678",
    productCodes: ["1abc", "2def"],
    billingProducts: ["bp-6ba54002"],
    amiLaunchIndex: 3,
    hibernationConfigured: false,
    targetLifecycleState: "InService",
    managedSshKeys: { activeKeys: { "ec2-user": "ssh-ed25519 AAAA" }, signerCert: "pem", signerOcsp: { abc: "ocsp" } },
    userDataBase64: "gIE=",
  });

  test.each([
    ["meta-data/block-device-mapping/", "ami\nebs1\nebs2\nephemeral0\nroot\nswap"],
    ["meta-data/block-device-mapping/ami", "/dev/sda1"],
    ["meta-data/block-device-mapping/root", "/dev/sda1"],
    ["meta-data/block-device-mapping/ebs1", "sdf"],
    ["meta-data/block-device-mapping/ebs2", "sdg"],
    ["meta-data/block-device-mapping/ephemeral0", "sdb"],
    ["meta-data/block-device-mapping/swap", "sda3"],
    ["meta-data/instance-life-cycle", "spot"],
    ["meta-data/system", "xen"],
    ["meta-data/placement/", "availability-zone\navailability-zone-id\ngroup-name\nhost-id\npartition-number\nregion"],
    ["meta-data/placement/partition-number", "3"],
    ["meta-data/ancestor-ami-ids", "ami-12345678\nami-87654321"],
    ["meta-data/ami-launch-index", "3"],
    ["meta-data/kernel-id", "aki-12345678"],
    ["meta-data/product-codes", "1abc\n2def"],
    ["meta-data/hibernation/", "configured"],
    ["meta-data/hibernation/configured", "false"],
    ["meta-data/autoscaling/target-lifecycle-state", "InService"],
    ["meta-data/managed-ssh-keys/", "active-keys/\nsigner-cert\nsigner-ocsp/"],
    ["meta-data/managed-ssh-keys/active-keys/ec2-user/", "ssh-ed25519 AAAA"],
    ["meta-data/managed-ssh-keys/active-keys/root/", 404],
    ["meta-data/managed-ssh-keys/signer-ocsp/abc", "ocsp"],
  ])("%s", (path, value) => {
    expect(read(path)).toBe(value);
  });

  test("user data that are no text come as they are", () => {
    expect(read("user-data")).toEqual(Buffer.of(0x80, 0x81));
  });

  test("its products are lists in one line of the identity document", () => {
    const document = read("dynamic/instance-identity/document");
    expect(document).toContain('"billingProducts" : [ "bp-6ba54002" ],\n');
    expect(document).toContain('"marketplaceProductCodes" : [ "1abc", "2def" ],\n');
    expect(document).toContain('"kernelId" : "aki-12345678",\n');
  });
});

describe("what was put in by hand", () => {
  const read = reader({
    macAddress: MAC,
    metadata: {
      "meta-data/ami-id": "ami-of-mine",
      "meta-data/mac": null,
      "meta-data/services": null,
      "meta-data/zoo/lion": "roars",
      "meta-data/zoo/empty/nothing": null,
      "dynamic/fws/instance-monitoring": "enabled",
      [`meta-data/${macs}/${MAC}/subnet-id`]: "subnet-of-mine",
      [`meta-data/${macs}/0a:00:00:00:00:09/mac`]: "0a:00:00:00:00:09",
    },
  });
  const listed = (path: string) => String(read(path)).split("\n");

  test.each([
    ["meta-data/ami-id", "ami-of-mine"],
    ["meta-data/mac", 404],
    ["meta-data/services/", 404],
    ["meta-data/services/domain", 404],
    ["meta-data/zoo/", "lion"],
    ["meta-data/zoo/lion", "roars"],
    ["meta-data/zoo/empty/", 404],
    ["meta-data/zoo/tiger", 404],
    ["meta-data/instance-type", "t3.micro"],
    ["dynamic/", "fws/\ninstance-identity/"],
    ["dynamic/fws/instance-monitoring", "enabled"],
    [`meta-data/${macs}/`, `${MAC}/\n0a:00:00:00:00:09/`],
    [`meta-data/${macs}/${MAC}/subnet-id`, "subnet-of-mine"],
    [`meta-data/${macs}/${MAC}/device-number`, "0"],
    [`meta-data/${macs}/0a:00:00:00:00:09/`, "mac"],
  ])("%s", (path, value) => {
    expect(read(path)).toBe(value);
  });

  test("listings show what was added, and not what was taken away, in order", () => {
    const entries = listed("meta-data/");
    expect(entries).toContain("ami-id");
    expect(entries).toContain("zoo/");
    expect(entries).not.toContain("mac");
    expect(entries).not.toContain("services/");
    expect(entries).toEqual(entries.toSorted());
  });
});
