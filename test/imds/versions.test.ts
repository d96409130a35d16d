// What each version lists: the base instance of the captures, with a key pair, a profile and tags.

import { describe, expect, test } from "vitest";
import { VERSIONS } from "../../imds/tree/versions.ts";
import { worldOf } from "./parts.ts";

const { get, ask } = worldOf({
  instanceProfile: "mybucket-access",
  keyName: "demo",
  tags: { suite: "" },
  metadataOptions: { instanceMetadataTags: "enabled" },
});

/** What each version adds to meta-data/ of this instance. */
const ADDED: readonly [version: string, ...entries: string[]][] = [
  ["1.0", "ami-id", "ami-launch-index", "ami-manifest-path", "hostname", "instance-id", "local-ipv4"],
  ["1.0", "public-keys/", "reservation-id", "security-groups"],
  ["2007-01-19", "local-hostname"],
  ["2007-08-29", "instance-type"],
  ["2007-12-15", "block-device-mapping/", "profile"],
  ["2008-02-01", "placement/"],
  ["2008-09-01", "instance-action"],
  ["2011-01-01", "mac", "network/"],
  ["2011-05-01", "metrics/"],
  ["2012-01-12", "iam/"],
  ["2014-02-25", "services/"],
  ["2018-03-28", "identity-credentials/"],
  ["2018-08-17", "events/"],
  ["2019-10-01", "instance-life-cycle"],
  ["2021-03-23", "tags/"],
  ["2022-09-24", "system"],
  ["2025-10-04", "tag-sets/"],
];
const listed = (version: string) =>
  version === "latest" ? ADDED : ADDED.filter(([since]) => since === "1.0" || (version !== "1.0" && since <= version));

test("the root lists 31 versions in 329 bytes", () => {
  const body = String(get("/").body);
  expect(body).toHaveLength(329);
  expect(body.split("\n")).toEqual(VERSIONS);
});

describe.each(VERSIONS)("version %s", (version) => {
  test("lists what was known then", () => {
    const entries = listed(version).flatMap(([, ...added]) => added);
    expect(get(`/${version}/meta-data/`).body).toBe(entries.sort().join("\n"));
    expect(get(`/${version}/meta-data`).body).toBe(entries.join("\n"));
  });

  test("has dynamic/ since 2009-04-04", () => {
    const known = version === "latest" || (version !== "1.0" && version >= "2009-04-04");
    expect(get(`/${version}/`).body).toBe(known ? "dynamic\nmeta-data\nuser-data" : "meta-data\nuser-data");
    expect(get(`/${version}/dynamic/`).status).toBe(known ? 200 : 404);
    expect(get(`/${version}/dynamic/instance-identity/document`).status).toBe(known ? 200 : 404);
  });

  test("has the first leaves", () => {
    expect(get(`/${version}/meta-data/instance-id`).body).toMatch(/^i-[0-9a-f]{17}$/);
  });
});

test.each([["0000-00-00"], ["2021-03-24"], ["2009-04-03"], ["1.1"], ["Latest"], ["2027-01-01"], ["__proto__"]])(
  "version %s is unknown: no older one stands in for it",
  (version) => {
    expect(get(`/${version}`).status).toBe(404);
    expect(get(`/${version}/`).status).toBe(404);
    expect(get(`/${version}/meta-data/instance-id`).status).toBe(404);
    expect(ask("GET", `/${version}/`).status).toBe(401);
  },
);

const MAC = "meta-data/network/interfaces/macs/{mac}";
test.each([
  ["placement/region", "meta-data/placement/region", "2016-09-02", "2019-10-01"],
  ["placement/availability-zone-id", "meta-data/placement/availability-zone-id", "2018-09-24", "2019-10-01"],
  ["placement/availability-zone", "meta-data/placement/availability-zone", "2007-12-15", "2008-02-01"],
  ["vpc-ipv4-cidr-blocks", `${MAC}/vpc-ipv4-cidr-blocks`, "2016-04-19", "2016-06-30"],
  ["vpc-ipv4-cidr-block", `${MAC}/vpc-ipv4-cidr-block`, "2009-04-04", "2011-01-01"],
  ["services/partition", "meta-data/services/partition", "2014-11-05", "2015-10-20"],
  ["tags", "meta-data/tags/instance/suite", "2021-01-03", "2021-03-23"],
  ["the role", "meta-data/iam/security-credentials/", "2011-05-01", "2012-01-12"],
])("%s is found from its own version on", (_what, path, before, since) => {
  const filled = path.replace("{mac}", String(get("/latest/meta-data/mac").body));
  expect(get(`/${before}/${filled}`).status).toBe(404);
  expect(get(`/${since}/${filled}`).status).toBe(200);
  expect(get(`/latest/${filled}`).status).toBe(200);
});
