// Every leaf and every listing, and what is not there.

import { describe, expect, test } from "vitest";
import { createImds } from "../../imds/imds.ts";
import { ACCOUNT, headersOf, IDENTITIES, requestOf, signIdentity, standInRotator, worldOf } from "./parts.ts";

const CONFIGURATION = {
  instanceId: "i-04b098f5de41d11e6",
  imageId: "ami-0fef201115eefe936",
  reservationId: "r-0123456789abcdef0",
  instanceType: "t3.nano",
  privateIpAddress: "172.31.16.9",
  macAddress: "0a:1b:2c:3d:4e:5f",
  interfaceId: "eni-0123456789abcdef0",
  subnetId: "subnet-0123456789abcdef0",
  vpcId: "vpc-0123456789abcdef0",
  securityGroups: ["web", "default"],
};
const plain = worldOf(CONFIGURATION);
const full = worldOf({
  ...CONFIGURATION,
  publicIpAddress: "203.0.113.25",
  keyName: "demo",
  publicKey: "ssh-ed25519 AAAAC3Nz demo",
  userData: "#!/bin/sh\necho Grüße\n",
});
const MACS = "network/interfaces/macs";
const MAC = `${MACS}/0a:1b:2c:3d:4e:5f`;

describe("a plain instance", () => {
  test.each([
    ["ami-id", "ami-0fef201115eefe936"],
    ["ami-launch-index", "0"],
    ["ami-manifest-path", "(unknown)"],
    ["block-device-mapping/", "ami\nroot"],
    ["block-device-mapping/ami", "xvda"],
    ["block-device-mapping/root", "/dev/xvda"],
    ["events/", "maintenance/"],
    ["events/maintenance/", "history\nscheduled"],
    ["events/maintenance/history", "[]"],
    ["events/maintenance/scheduled", "[]"],
    ["hostname", "ip-172-31-16-9.ec2.internal"],
    ["instance-action", "none"],
    ["instance-id", "i-04b098f5de41d11e6"],
    ["instance-life-cycle", "on-demand"],
    ["instance-type", "t3.nano"],
    ["local-hostname", "ip-172-31-16-9.ec2.internal"],
    ["local-ipv4", "172.31.16.9"],
    ["mac", "0a:1b:2c:3d:4e:5f"],
    ["metrics/", "vhostmd"],
    ["metrics/vhostmd", '<?xml version="1.0" encoding="UTF-8"?>'],
    ["network/", "interfaces/"],
    ["network/interfaces/", "macs/"],
    [`${MACS}/`, "0a:1b:2c:3d:4e:5f/"],
    [`${MAC}/device-number`, "0"],
    [`${MAC}/interface-id`, "eni-0123456789abcdef0"],
    [`${MAC}/local-hostname`, "ip-172-31-16-9.ec2.internal"],
    [`${MAC}/local-ipv4s`, "172.31.16.9"],
    [`${MAC}/mac`, "0a:1b:2c:3d:4e:5f"],
    [`${MAC}/owner-id`, ACCOUNT],
    [`${MAC}/security-groups`, "web\ndefault"],
    [`${MAC}/subnet-id`, "subnet-0123456789abcdef0"],
    [`${MAC}/subnet-ipv4-cidr-block`, "172.31.16.0/20"],
    [`${MAC}/vpc-id`, "vpc-0123456789abcdef0"],
    [`${MAC}/vpc-ipv4-cidr-block`, "172.31.0.0/16"],
    [`${MAC}/vpc-ipv4-cidr-blocks`, "172.31.0.0/16"],
    ["placement/", "availability-zone\navailability-zone-id\nregion"],
    ["placement/availability-zone", "us-east-1a"],
    ["placement/availability-zone-id", "use1-az1"],
    ["placement/region", "us-east-1"],
    ["profile", "default-hvm"],
    ["reservation-id", "r-0123456789abcdef0"],
    ["security-groups", "web\ndefault"],
    ["services/", "domain\npartition"],
    ["services/domain", "amazonaws.com"],
    ["services/partition", "aws"],
    ["system", "nitro"],
    ["system/", "nitro"],
  ])("%s", (path, value) => {
    const reply = plain.get(`/latest/meta-data/${path}`);
    expect([reply.status, reply.body]).toEqual([200, value]);
  });

  test("its interface has two security groups by id", () => {
    const groups = plain.get(`/latest/meta-data/${MAC}/security-group-ids`).body;
    expect(groups).toMatch(/^sg-[0-9a-f]{17}\nsg-[0-9a-f]{17}$/);
  });

  test.each([
    "ancestor-ami-ids",
    "autoscaling/",
    "autoscaling/target-lifecycle-state",
    "block-device-mapping/ebs1",
    "elastic-gpus/",
    "elastic-inference/",
    "events/recommendations/rebalance",
    "hibernation/",
    "iam/",
    "iam/info",
    "iam/security-credentials/",
    "ipv6",
    "kernel-id",
    "managed-ssh-keys/",
    `${MAC}/ipv4-associations/`,
    `${MAC}/ipv4-prefix`,
    `${MAC}/ipv6-prefix`,
    `${MAC}/ipv6s`,
    `${MAC}/network-card`,
    `${MAC}/public-hostname`,
    `${MAC}/public-ipv4s`,
    `${MACS}/0a:1b:2c:3d:4e:50/`,
    `${MACS}/{mac}/`,
    "placement/group-name",
    "product-codes",
    "public-hostname",
    "public-ipv4",
    "public-keys/",
    "public-keys/0/openssh-key",
    "ramdisk-id",
    "spot/",
    "spot/instance-action",
    "spot/termination-time",
    "system/hypervisor",
    "tags/",
    "tag-sets/",
    "ami-id/ami-id",
    "constructor",
    "__proto__",
    "toString",
    "Ami-Id",
  ])("%s is not there", (path) => {
    expect(plain.get(`/latest/meta-data/${path}`).status).toBe(404);
  });

  test.each(["/latest/dynamic/fws/", "/latest/dynamic/fws/instance-monitoring", "/latest/api/", "/latest/spot/"])(
    "%s is not there",
    (path) => {
      expect(plain.get(path).status).toBe(404);
    },
  );

  test("user data are listed, and yet not found", () => {
    expect(plain.get("/latest/").body).toBe("dynamic\nmeta-data\nuser-data");
    expect(plain.get("/latest/user-data").status).toBe(404);
  });

  test("the identity document, to the byte", () => {
    const reply = plain.get("/latest/dynamic/instance-identity/document");
    expect(reply.body).toBe(
      `{
  "accountId" : "123456789012",
  "architecture" : "x86_64",
  "availabilityZone" : "us-east-1a",
  "billingProducts" : null,
  "devpayProductCodes" : null,
  "marketplaceProductCodes" : null,
  "imageId" : "ami-0fef201115eefe936",
  "instanceId" : "i-04b098f5de41d11e6",
  "instanceType" : "t3.nano",
  "kernelId" : null,
  "pendingTime" : "2026-09-26T11:03:58Z",
  "privateIp" : "172.31.16.9",
  "ramdiskId" : null,
  "region" : "us-east-1",
  "version" : "2017-09-30"
}`,
    );
    expect(reply.body).toHaveLength(474);
    expect(plain.get("/latest/dynamic/").body).toBe("instance-identity/");
  });
});

describe("an instance with a public address, a key pair and user data", () => {
  test.each([
    ["public-hostname", "ec2-203-0-113-25.compute-1.amazonaws.com"],
    ["public-ipv4", "203.0.113.25"],
    [`${MAC}/ipv4-associations/`, "203.0.113.25"],
    [`${MAC}/ipv4-associations/203.0.113.25`, "172.31.16.9"],
    [`${MAC}/public-hostname`, "ec2-203-0-113-25.compute-1.amazonaws.com"],
    [`${MAC}/public-ipv4s`, "203.0.113.25"],
    ["public-keys/", "0=demo"],
    ["public-keys", "0=demo"],
    ["public-keys/0/", "openssh-key"],
    ["public-keys/0/openssh-key", "ssh-ed25519 AAAAC3Nz demo\n"],
  ])("%s", (path, value) => {
    expect(full.get(`/latest/meta-data/${path}`).body).toBe(value);
  });

  test.each(["public-keys/0=demo/", "public-keys/1/", `${MAC}/ipv4-associations/203.0.113.26`])(
    "%s is not there",
    (path) => {
      expect(full.get(`/latest/meta-data/${path}`).status).toBe(404);
    },
  );

  test("user data are what was given, as bytes", () => {
    const reply = full.get("/2009-04-04/user-data");
    expect(reply.body).toBe("#!/bin/sh\necho Grüße\n");
    expect(headersOf(reply)).toContain("Content-Type: application/octet-stream");
    expect(headersOf(reply)).toContain("Content-Length: 23");
  });

  test("its interface lists all it has", () => {
    expect(full.get(`/latest/meta-data/${MAC}/`).body).toBe(
      [
        ...["device-number", "interface-id", "ipv4-associations/", "local-hostname", "local-ipv4s", "mac", "owner-id"],
        ...["public-hostname", "public-ipv4s", "security-group-ids", "security-groups", "subnet-id"],
        ...["subnet-ipv4-cidr-block", "vpc-id", "vpc-ipv4-cidr-block", "vpc-ipv4-cidr-blocks"],
      ].join("\n"),
    );
  });
});

test.each([
  ["eu-west-1", "aws", "ip-172-31-16-9.eu-west-1.compute.internal", "ec2-203-0-113-25.eu-west-1.compute.amazonaws.com"],
  [
    "cn-north-1",
    "aws-cn",
    "ip-172-31-16-9.cn-north-1.compute.internal",
    "ec2-203-0-113-25.cn-north-1.compute.amazonaws.com.cn",
  ],
  [
    "us-gov-west-1",
    "aws-us-gov",
    "ip-172-31-16-9.us-gov-west-1.compute.internal",
    "ec2-203-0-113-25.us-gov-west-1.compute.amazonaws.com",
  ],
])("in %s names and services are those of %s", (region, partition, hostname, publicHostname) => {
  const { get } = worldOf({}, { ...full.instance, region }, { ...IDENTITIES, partition });
  expect(get("/latest/meta-data/hostname").body).toBe(hostname);
  expect(get("/latest/meta-data/public-hostname").body).toBe(publicHostname);
  expect(get("/latest/meta-data/placement/region").body).toBe(region);
  expect(get("/latest/meta-data/services/partition").body).toBe(partition);
  expect(get("/latest/meta-data/services/domain").body).toBe(
    partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
  );
});

test("a stranger gets 403 in IMDS' own shape, and the request log is told why", () => {
  const { tokens } = plain;
  const handler = createImds({
    findInstance: () => undefined,
    rotator: standInRotator(),
    identities: () => IDENTITIES,
    tokens,
    signIdentity,
  });
  expect(handler(requestOf("PUT", "/latest/api/token", ["X-aws-ec2-metadata-token-ttl-seconds", "60"]))).toEqual({
    status: 403,
    rawHeaders: [
      ...["Content-Length", "0", "Date", "Sat, 26 Sep 2026 11:13:58 GMT"],
      ...["Server", "EC2ws", "Connection", "close", "Content-Type", "text/plain"],
    ],
    body: "",
    facts: { reason: "no instance is configured for a caller from 10.0.0.9 at 127.0.0.1:1338" },
  });
});
