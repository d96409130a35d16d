import { describe, expect, test } from "vitest";
import { instanceShape } from "../../instances/configuration.ts";
import { strictMapping } from "../../roles/configuration.ts";

const instanceConfiguration = strictMapping(instanceShape);

const REFUSED: readonly [string, unknown, string][] = [
  ["an unknown attribute", { instanceTyp: "t3.micro" }, "instanceTyp"],
  ["a count of nothing", { count: 0 }, "count"],
  ["half an instance", { count: 1.5 }, "count"],
  ["a host name to listen on", { listen: "localhost:80" }, "listen"],
  ["a source that is no address", { sourceAddress: "10.0.0" }, "sourceAddress"],
  ["an id that is too short", { instanceId: "i-123" }, "instanceId"],
  ["an id of another thing", { imageId: "i-0123456789abcdef0" }, "imageId"],
  ["a launch on a day", { launchTime: "2026-11-24" }, "launchTime"],
  ["a hop limit beyond 64", { metadataOptions: { httpPutResponseHopLimit: 65 } }, "httpPutResponseHopLimit"],
  ["a wrong word", { metadataOptions: { httpTokens: "yes" } }, "httpTokens"],
  ["a tag that is a number", { tags: { count: 5 } }, "count"],
  ["user data of more than 16 KB", { userData: "x".repeat(16_385) }, "userData"],
  ["two lines of a key", { keyName: "k", publicKey: "ssh-ed25519 AAAA\nssh-ed25519 AAAA" }, "publicKey"],
  ["a block that is none", { ipv4Prefixes: ["10.0.1.17/28"] }, "ipv4Prefixes"],
  ["a path with a version", { metadata: { "latest/meta-data/x": "" } }, "metadata"],
  ["an unknown key of an interface", { networkInterfaces: [{ deviceIndx: 1 }] }, "deviceIndx"],
  ["an IPv6 address as the private one", { privateIpAddress: "fd00::1" }, "privateIpAddress"],
];

describe("an entry of `instances`", () => {
  test.each(REFUSED)("%s is refused where it stands", (_name, entry, where) => {
    const { issues = [] } = instanceConfiguration.safeParse(entry).error ?? {};
    expect(issues).toHaveLength(1);
    expect(JSON.stringify(issues[0])).toContain(JSON.stringify(where));
  });

  test("all that EC2 calls by these names is taken", () => {
    const entry = {
      instanceProfile: "p",
      instanceType: "u-6tb1.112xlarge",
      keyName: "demo",
      launchTime: "2026-11-24T00:00:00.5+01:00",
      sourceAddress: "fd00::10",
      listen: "[::1]:1338",
      metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 64 },
      tags: { Name: "" },
      userData: "",
    };
    expect(instanceConfiguration.parse(entry)).toEqual(entry);
  });
});
