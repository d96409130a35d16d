// Tags of an instance: each by itself, and all in one document.

import { describe, expect, test } from "vitest";
import { worldOf } from "./parts.ts";

const enabled = { instanceMetadataTags: "enabled" } as const;
const tagged = (tags: Readonly<Record<string, string>>) => worldOf({ tags, metadataOptions: enabled });
const meta = (path: string) => `/latest/meta-data/${path}`;

describe("four tags", () => {
  const { get } = tagged({ change: "initial", empty: "", remove: "initial", suite: "a" });

  test.each([
    ["tags/", "instance/"],
    ["tags/instance/", "change\nempty\nremove\nsuite"],
    ["tags/instance/change", "initial"],
    ["tags/instance/change/", "initial"],
    ["tags/instance/empty", ""],
    ["tag-sets/", "instance"],
    ["tag-sets/instance", '{"suite":"a","remove":"initial","change":"initial","empty":""}'],
    ["tag-sets/instance/", '{"suite":"a","remove":"initial","change":"initial","empty":""}'],
  ])("%s", (path, value) => {
    const reply = get(meta(path));
    expect([reply.status, reply.body]).toEqual([200, value]);
  });

  test.each(["tags/instance/absent", "tags/instance/Change", "tags/instance/__proto__", "tags/instance/change/x"])(
    "%s is not there",
    (path) => {
      expect(get(meta(path)).status).toBe(404);
    },
  );
});

test.each([
  [{}, "{}"],
  [{ Name: "demo" }, '{"Name":"demo"}'],
  [
    { suite: "a", change: "updated", empty: "", add: "added" },
    '{"add":"added","suite":"a","change":"updated","empty":""}',
  ],
  [{ quote: 'a "b" \\' }, '{"quote":"a \\"b\\" \\\\"}'],
])("the document of %j", (tags, document) => {
  expect(tagged(tags).get(meta("tag-sets/instance")).body).toBe(document);
});

test("keys with colons and other permitted signs are found", () => {
  const { get } = tagged({ "aws:autoscaling:groupName": "web", "a+b=c,d@e": "signs" });
  expect(get(meta("tags/instance/aws:autoscaling:groupName")).body).toBe("web");
  expect(get(meta("tags/instance/a+b=c,d@e")).body).toBe("signs");
});

test("without any tag tags/ is gone, and tag-sets/ is empty", () => {
  const { get } = tagged({});
  expect(get(meta("tags/")).status).toBe(404);
  expect(get(meta("tags/instance/")).status).toBe(404);
  expect(get(meta("tag-sets/")).body).toBe("instance");
  expect(get(meta("")).body).not.toMatch(/^tags\/$/m);
  expect(get(meta("")).body).toMatch(/^tag-sets\/$/m);
});

test("where InstanceMetadataTags is disabled, nothing of tags is there", () => {
  const { get } = worldOf({ tags: { suite: "a" } });
  for (const path of ["tags/", "tags/instance/", "tags/instance/suite", "tag-sets/", "tag-sets/instance"]) {
    expect(get(meta(path)).status).toBe(404);
  }
  expect(get(meta("")).body).not.toMatch(/^tag/m);
});
