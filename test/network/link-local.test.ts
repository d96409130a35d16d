// Where may a real metadata service answer? Decided on what the kernel tells, of machines as they are.

import { describe, expect, test } from "vitest";
import { realServiceNear } from "../../network/link-local.ts";
import { type Route, routesOfIpv4, routesOfIpv6 } from "../../network/surroundings.ts";

const DEFAULT: Route = { device: "eth0", network: "0.0.0.0", prefixBits: 0 };
const DEFAULT_IPV6: Route = { device: "eth0", network: "0:0:0:0:0:0:0:0", prefixBits: 0 };
const LAN: Route = { device: "eth0", network: "192.168.1.0", prefixBits: 24 };
const LAPTOP = "LENOVO; 20XW; LENOVO; LENOVO";

describe("a real metadata service may be near", () => {
  test.each<[string, readonly Route[], string | undefined, RegExp]>([
    ["on EC2", [DEFAULT], "Amazon EC2; t3.micro; Amazon EC2", /AWS's/],
    ["on an older instance of EC2", [DEFAULT], "Xen; HVM domU; Xen; ec20b10b-ed87-5e98-0896-000000000000", /AWS's/],
    ["on Google Cloud", [DEFAULT], "Google; Google Compute Engine", /Google Cloud's/],
    ["on Azure", [DEFAULT], "Microsoft Corporation; Virtual Machine; 7783-7084-3265-9085-8269-3286-77", /Azure's/],
    ["on OpenStack, by IPv6 alone", [DEFAULT_IPV6], "OpenStack Foundation; OpenStack Nova", /OpenStack's/],
    ["on a virtual machine of whomever", [DEFAULT], "QEMU; Standard PC (i440FX + PIIX, 1996)", /looks so/],
    ["where no firmware says anything", [DEFAULT], undefined, /no firmware/],
    [
      "by a route of its own",
      [{ device: "ens3", network: "169.254.169.254", prefixBits: 32 }],
      LAPTOP,
      /ens3 leads to 169/,
    ],
    ["on the link", [{ device: "br0", network: "169.254.0.0", prefixBits: 16 }], LAPTOP, /br0 leads to 169/],
    ["by IPv6", [{ device: "ens3", network: "fd00:ec2:0:0:0:0:0:0", prefixBits: 32 }], LAPTOP, /ens3 leads to fd00/],
  ])("%s", (_, routes, firmware, reason) => {
    expect(realServiceNear({ addresses: ["127.0.0.1", "::1"], routes: [LAN, ...routes], firmware })).toMatch(reason);
  });
});

describe("none can be near", () => {
  test.each<[string, readonly string[], readonly Route[], string | undefined]>([
    ["a laptop", ["127.0.0.1"], [DEFAULT, LAN], LAPTOP],
    ["Hyper-V on a desk", ["127.0.0.1"], [DEFAULT], "Microsoft Corporation; Virtual Machine; 1234-5678"],
    ["a network without a way out", ["127.0.0.1"], [LAN], "Amazon EC2"],
    ["no network at all", [], [], undefined],
    ["what leads nowhere", [], [{ device: "lo", network: "0:0:0:0:0:0:0:0", prefixBits: 0 }], undefined],
    ["the address is ours already", ["127.0.0.1", "169.254.169.254"], [DEFAULT], "Amazon EC2"],
  ])("%s", (_, addresses, routes, firmware) => {
    expect(realServiceNear({ addresses, routes, firmware })).toBeUndefined();
  });
});

test("routes are read as the kernel writes them", () => {
  const ipv4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth1\tFEA9FEA9\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0\t0\t0
`;
  expect(routesOfIpv4(ipv4)).toEqual([
    { device: "eth0", network: "0.0.0.0", prefixBits: 0 },
    { device: "docker0", network: "172.17.0.0", prefixBits: 16 },
    { device: "eth1", network: "169.254.169.254", prefixBits: 32 },
  ]);
  const zero = "0".repeat(32);
  const ipv6 = `fd000000000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0
${zero} 00 ${zero} 00 fd000000000000000000000000000001 00000400 00000003 00000000 00000003     eth0
`;
  expect(routesOfIpv6(ipv6)).toEqual([
    { device: "eth0", network: "fd00:0:0:0:0:0:0:0", prefixBits: 64 },
    { device: "eth0", network: "0:0:0:0:0:0:0:0", prefixBits: 0 },
  ]);
  expect([routesOfIpv4(""), routesOfIpv6("")]).toEqual([[], []]);
});
