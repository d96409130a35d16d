// What counts as what: a token, delivered credentials, and CloudWatch's two counters.

import { expect, test } from "vitest";
import { RequestLog } from "../../control/request-log.ts";
import type { ExchangeFacts } from "../../network/message.ts";
import { reply, request } from "./exchanges.ts";

const NONE = { requests: 1, tokensMinted: 0, credentialsDelivered: 0, MetadataNoToken: 0, MetadataNoTokenRejected: 0 };
const key = { accessKeyId: "ASIA1" };

test.each<[string, method: string, status: number, ExchangeFacts, Partial<typeof NONE>]>([
  ["a token", "PUT", 200, { imdsVersion: 2 }, { tokensMinted: 1 }],
  ["a token that is refused", "PUT", 400, { imdsVersion: 1 }, {}],
  ["a read with a token", "GET", 200, { imdsVersion: 2 }, {}],
  ["credentials", "GET", 200, { imdsVersion: 2, ...key }, { credentialsDelivered: 1 }],
  [
    "credentials without a token",
    "GET",
    200,
    { imdsVersion: 1, ...key },
    { credentialsDelivered: 1, MetadataNoToken: 1 },
  ],
  ["a read without a token", "HEAD", 200, { imdsVersion: 1 }, { MetadataNoToken: 1 }],
  ["one that finds nothing", "GET", 404, { imdsVersion: 1 }, {}],
  ["one that is refused for want of a token", "GET", 401, { imdsVersion: 1 }, { MetadataNoTokenRejected: 1 }],
  ["one that faults refuse", "GET", 401, { imdsVersion: 1, fault: "late-1 status-2" }, {}],
  ["a token that has run out", "GET", 401, { imdsVersion: 2 }, {}],
  ["OPTIONS", "OPTIONS", 200, { imdsVersion: 1 }, {}],
])("%s", (_, method, status, facts, counted) => {
  const log = new RequestLog(1);
  log.add("imds", request("/latest/", { method }), reply(status, { instanceId: "i-1", ...facts }));
  expect(log.counts.instances.get("i-1")).toEqual({ ...NONE, ...counted });
  expect([...log.counts.statuses()]).toEqual([["imds", status, 1]]);
  expect([...log.counts.faults]).toEqual(
    facts.fault
      ? [
          ["late-1", 1],
          ["status-2", 1],
        ]
      : [],
  );
});

test("requests are counted beyond what the log keeps, added up by name, and forgotten at a reset", () => {
  const log = new RequestLog(1);
  for (const instanceId of ["i-1", "i-2", "i-3"]) {
    log.add("imds", request("/"), reply(200, { instanceId, imdsVersion: 1 }));
    log.add("aws", request("/"), reply(403, { instanceId }));
  }
  log.add("imds", request("/"), reply(403));
  expect([...log.counts.statuses()]).toEqual([
    ["imds", 200, 3],
    ["imds", 403, 1],
    ["aws", 403, 3],
  ]);
  const sums = log.counts.summedBy((instanceId) => (instanceId === "i-3" ? "other" : "fleet"));
  expect([...sums].map(([name, { MetadataNoToken }]) => [name, MetadataNoToken])).toEqual([
    ["fleet", 2],
    ["other", 1],
  ]);
  log.clear();
  expect([log.counts.instances.size, ...log.counts.statuses()]).toEqual([0]);
});
