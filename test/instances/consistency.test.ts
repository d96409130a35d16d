import { describe, expect, test } from "vitest";
import type { InstancesConfiguration } from "../../instances/configuration.ts";
import { instancesFaults } from "../../instances/consistency.ts";

const CASES: readonly [string, InstancesConfiguration, string[]][] = [
  ["nothing wrong", { demo: {}, fleet: { count: 3, sourceAddress: "10.0.0.1" }, "fleet-3": {} }, []],
  ["a bad name", { "a b": {} }, ["a b: must be a name of at most 128 letters, digits, dots, underscores and hyphens"]],
  [
    "a name twice",
    { fleet: { count: 3 }, "fleet-2": {} },
    ["fleet-2: is also the name of an instance of the template fleet"],
  ],
  ["a listener twice", { a: { listen: "127.0.0.1:1" }, b: { listen: "127.0.0.1:1" } }, ["b.listen: is also that of a"]],
  [
    "an id twice",
    { a: { instanceId: "i-00000000000000001" }, b: { instanceId: "i-00000000000000001" } },
    ["b.instanceId: is also that of a"],
  ],
  [
    "a template with what is one machine's",
    { fleet: { count: 2, listen: "127.0.0.1:1" } },
    ["fleet.listen: cannot be set beside count: instances differ in it"],
  ],
  [
    "source addresses that overlap",
    {
      fleet: { count: 100, sourceAddress: "10.0.0.0" },
      a: { sourceAddress: "10.0.0.7" },
      b: { sourceAddress: "::ffff:10.0.0.99" },
    },
    ["a.sourceAddress: is also one of fleet", "b.sourceAddress: is also one of fleet"],
  ],
  [
    "source addresses beside each other",
    {
      fleet: { count: 100, sourceAddress: "10.0.0.0" },
      a: { sourceAddress: "10.0.0.100" },
      b: { sourceAddress: "fd00::1" },
    },
    [],
  ],
  [
    "a template with one machine's addresses",
    { fleet: { count: 2, ipv6Addresses: ["2001:db8::1"], networkInterfaces: [{ privateIpAddress: "10.0.0.9" }, {}] } },
    ["fleet.ipv6Addresses", "fleet.networkInterfaces.0.privateIpAddress"].map(
      (path) => `${path}: cannot be set beside count: instances differ in it`,
    ),
  ],
  [
    "interfaces that are the same",
    {
      a: {
        macAddress: "0a:00:00:00:00:01",
        networkInterfaces: [{ deviceIndex: 2, macAddress: "0a:00:00:00:00:01" }, {}],
      },
    },
    [
      "a.networkInterfaces.1.deviceIndex: 2 is also that of networkInterfaces[0]",
      "a.networkInterfaces.0.macAddress: is also that of another interface",
    ],
  ],
  [
    "addresses that contradict each other",
    {
      a: { ipv6Native: true, publicIpAddress: "203.0.113.1" },
      b: { ipv6Addresses: ["2001:db8::1"], ipv6AddressCount: 2 },
      c: { privateIpAddress: "10.0.0.1", ipv4Associations: { "203.0.113.2": "10.0.0.2" } },
    },
    [
      "a.publicIpAddress: cannot be set beside ipv6Native",
      "b.ipv6AddressCount: cannot be set beside ipv6Addresses",
      "c.ipv4Associations: 203.0.113.2 must lead to privateIpAddress or one of secondaryPrivateIpAddresses",
    ],
  ],
  ["user data twice", { a: { userData: "", userDataBase64: "" } }, ["a.userDataBase64: cannot be set beside userData"]],
  ["a key without a name", { a: { publicKey: "ssh-ed25519 AAAA" } }, ["a.publicKey: needs keyName beside it"]],
  [
    "tags that are no path",
    { a: { tags: { "a/b": "", _index: "", ok: "" }, metadataOptions: { instanceMetadataTags: "enabled" } } },
    ["a/b", "_index"].map(
      (key) =>
        `a.tags.${key}: cannot be a tag key while instanceMetadataTags is enabled: only letters, digits and + - = . , _ : @`,
    ),
  ],
  ["such tags while they are not shown", { a: { tags: { "a/b": "" } } }, []],
];

describe("what no single attribute shows", () => {
  test.each(CASES)("%s", (_name, instances, faults) => {
    expect(instancesFaults(instances).map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual(faults);
  });
});
