// How a path may be written.

import { describe, expect, test } from "vitest";
import { segmentsOf } from "../../imds/path.ts";
import { worldOf } from "./parts.ts";

const LEAF = ["latest", "meta-data", "instance-id"];

describe("the segments of a target", () => {
  test.each<[string, string[] | undefined]>([
    ["/", []],
    ["//", []],
    ["/latest/meta-data/instance-id", LEAF],
    ["/latest/meta-data/instance-id/", LEAF],
    ["/latest/meta-data/instance-id//", LEAF],
    ["/latest//meta-data/instance-id", LEAF],
    ["//latest/meta-data/instance-id", LEAF],
    ["/latest/meta-data/./instance-id", LEAF],
    ["/latest/dynamic/../meta-data/instance-id", LEAF],
    ["/../../latest/meta-data/instance-id", LEAF],
    ["/latest/meta-data/instance-id?x=1", LEAF],
    ["/latest/meta-data/instance-id?x=1?/../%zz", LEAF],
    ["/latest/meta-data/%69nstance-id", LEAF],
    ["/latest%2Fmeta-data/instance-id", LEAF],
    ["/latest/dynamic/%2e%2E/meta-data/instance-id", LEAF],
    ["/latest/%256d", ["latest", "%6d"]],
    ["/latest/g%C3%BC", ["latest", "gü"]],
    ["http://169.254.169.254/latest/meta-data/instance-id", LEAF],
    ["HTTP://169.254.169.254:80/", []],
    ["http://169.254.169.254", []],
    ["/%", undefined],
    ["/%4", undefined],
    ["/%zz", undefined],
    ["/latest/%C3%28", undefined],
    ["*", undefined],
    ["", undefined],
    ["?x", undefined],
    ["latest", undefined],
    ["169.254.169.254:80", undefined],
  ])("%s", (target, segments) => {
    expect(segmentsOf(target)).toEqual(segments);
  });
});

test("leaves and directories are found with and without a slash", () => {
  const { get } = worldOf({});
  for (const path of [
    "/latest/meta-data/ami-id",
    "/latest/meta-data",
    "/latest",
    "/latest/dynamic/instance-identity",
  ]) {
    expect(get(`${path}/`).body).toBe(get(path).body);
    expect(get(path).status).toBe(200);
  }
});
