// Headers to the letter: which, how spelt, and in which order.

import { expect, test } from "vitest";
import { headersOf, NOW, worldOf } from "./parts.ts";

const { ask, token, get } = worldOf({
  userData: "#!/bin/sh\n",
  tags: { empty: "" },
  metadataOptions: { httpTokens: "optional", instanceMetadataTags: "enabled" },
});
const valid = ["X-aws-ec2-metadata-token", token(300)];

const TTL = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 300";
const DATE = "Date: Sat, 26 Sep 2026 11:13:58 GMT";
const LAST_MODIFIED = "Last-Modified: Sat, 26 Sep 2026 11:03:58 GMT";
const [SERVER, CLOSE, PLAIN] = ["Server: EC2ws", "Connection: close", "Content-Type: text/plain"];
const documentOf = (length: number, type = PLAIN) => [
  type,
  "Accept-Ranges: none",
  LAST_MODIFIED,
  `Content-Length: ${length}`,
  DATE,
  SERVER,
  CLOSE,
];
const EMPTY = ["Content-Length: 0", DATE, SERVER, CLOSE, PLAIN];
const PAGE = ["Content-Type: text/html", "Content-Length: 339", DATE, SERVER, CLOSE];

test.each<[string, string, string, string[], number, string[]]>([
  ["a leaf with a token", "GET", "/latest/meta-data/placement/region", valid, 200, [TTL, ...documentOf(9)]],
  ["a leaf without one", "GET", "/latest/meta-data/placement/region", [], 200, documentOf(9)],
  ["HEAD of a leaf", "HEAD", "/latest/meta-data/placement/region", valid, 200, [TTL, ...documentOf(9)]],
  ["a listing", "GET", "/latest/", valid, 200, [TTL, ...documentOf(27)]],
  ["a leaf without text", "GET", "/latest/meta-data/tags/instance/empty", valid, 200, [TTL, ...documentOf(0)]],
  ["user data", "GET", "/latest/user-data", [], 200, documentOf(10, "Content-Type: application/octet-stream")],
  ["nothing there", "GET", "/latest/nothing", valid, 404, [TTL, ...PAGE]],
  ["nothing there, without a token", "GET", "/latest/nothing", [], 404, PAGE],
  ["HEAD of nothing", "HEAD", "/latest/nothing", [], 404, PAGE],
  ["a bad token", "GET", "/latest/", ["X-aws-ec2-metadata-token", "garbage"], 401, EMPTY],
  ["a method that does not read", "POST", "/latest/", valid, 403, [TTL, ...EMPTY]],
  ["OPTIONS", "OPTIONS", "/latest/", valid, 200, [TTL, "Allow: OPTIONS, GET, HEAD", ...EMPTY]],
  ["a wrong method for a token", "GET", "/latest/api/token", [], 405, ["Allow: OPTIONS, PUT", ...EMPTY]],
  ["a token request without TTL", "PUT", "/latest/api/token", [], 400, EMPTY],
  [
    "a token",
    "PUT",
    "/latest/api/token",
    ["X-aws-ec2-metadata-token-ttl-seconds", "300"],
    200,
    [TTL, "Content-Length: 56", DATE, SERVER, CLOSE, PLAIN],
  ],
])("%s", (_what, method, target, sent, status, headers) => {
  const reply = ask(method, target, sent);
  expect(reply.status).toBe(status);
  expect(headersOf(reply)).toEqual(headers);
});

test("HEAD has no body, whatever its length says", () => {
  expect(ask("HEAD", "/latest/meta-data/placement/region").body).toBe("");
  expect(ask("HEAD", "/latest/nothing").body).toBe("");
});

test("the 404 page has 339 bytes, two tabs and a space", () => {
  const { body } = get("/nowhere");
  expect(body).toHaveLength(339);
  expect(body).toContain('\n\t\t "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n');
  expect(body).toMatch(/<\/html>\n$/);
});

test("the length of a text is counted in bytes", () => {
  const world = worldOf({ userData: "Grüße" });
  expect(headersOf(world.get("/latest/user-data"))).toContain("Content-Length: 7");
});

test("Date follows the request from second to second", () => {
  const dates = [0, 1, 999, 1000, 0].map((later) => headersOf(ask("GET", "/", [], NOW + later)).at(-3));
  expect(dates.map((date) => date?.slice(-12))).toEqual([
    "11:13:58 GMT",
    "11:13:58 GMT",
    "11:13:58 GMT",
    "11:13:59 GMT",
    "11:13:58 GMT",
  ]);
});
