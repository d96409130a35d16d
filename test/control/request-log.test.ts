import { describe, expect, test } from "vitest";
import { RequestLog, type RequestQuery } from "../../control/request-log.ts";
import type { HttpReply, HttpRequest } from "../../network/message.ts";

const request = (target: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  target,
  rawHeaders: ["Host", "x", "User-Agent", "Boto3/1.44"],
  body: (async function* () {})(),
  at: Date.parse("2026-11-24T00:00:00Z"),
  realAt: 0,
  remoteAddress: "127.0.0.1",
  remotePort: 50000,
  localAddress: "127.0.0.1",
  localPort: 1338,
  ...more,
});
const reply = (status = 200, facts?: HttpReply["facts"]): HttpReply => ({
  status,
  rawHeaders: [],
  body: "",
  ...(facts && { facts }),
});

describe("the request log", () => {
  test("keeps the newest in order and counts what it dropped", () => {
    const log = new RequestLog(3);
    for (const name of ["a", "b", "c", "d", "e"]) log.add("imds", request(`/${name}`), reply());
    const { requests, total, dropped } = log.list();
    expect(requests.map(({ sequence, target }) => `${sequence} ${target}`)).toEqual(["3 /c", "4 /d", "5 /e"]);
    expect([total, dropped]).toEqual([5, 2]);
  });

  test("shows what was asked, by whom, and how it was answered", () => {
    const log = new RequestLog(3);
    log.add(
      "aws",
      request("/mybucket/key", { method: "PUT" }),
      reply(403, { action: "s3:PutObject", errorCode: "AccessDenied" }),
    );
    expect(log.list().requests).toEqual([
      {
        sequence: 1,
        at: "2026-11-24T00:00:00.000Z",
        face: "aws",
        method: "PUT",
        target: "/mybucket/key",
        status: 403,
        sourceAddress: "127.0.0.1",
        userAgent: "Boto3/1.44",
        action: "s3:PutObject",
        errorCode: "AccessDenied",
      },
    ]);
  });

  test("keeps no secret of a presigned URL", () => {
    const log = new RequestLog(3);
    log.add("aws", request("/b/k?X-Amz-Date=1&X-Amz-Security-Token=IQoJ%2B&X-Amz-Signature=ab12"), reply());
    log.add(
      "aws",
      request("/b/k?AWSAccessKeyId=ASIA1&Signature=se%2Bcret&x-amz-security-token=IQoJ&Expires=1"),
      reply(),
    );
    log.add("aws", request("/b/k?X%2DAmz%2DSignature=ab12&%58-Amz-Security-Token=IQoJ&a=b"), reply());
    expect(log.list().requests.map(({ target }) => target)).toEqual([
      "/b/k?X-Amz-Date=1&X-Amz-Security-Token=REDACTED&X-Amz-Signature=REDACTED",
      "/b/k?AWSAccessKeyId=ASIA1&Signature=REDACTED&x-amz-security-token=REDACTED&Expires=1",
      "/b/k?X%2DAmz%2DSignature=REDACTED&%58-Amz-Security-Token=REDACTED&a=b",
    ]);
  });

  const filled = () => {
    const log = new RequestLog(10);
    log.add(
      "imds",
      request("/latest/meta-data/", { method: "GET" }),
      reply(200, { instanceId: "i-1", imdsVersion: 2 }),
    );
    log.add("imds", request("/latest/api/token", { method: "PUT" }), reply(200, { instanceId: "i-2" }));
    log.add("aws", request("/mybucket"), reply(404, { action: "s3:ListBucket", accessKeyId: "ASIA1" }));
    return log;
  };
  test.each<[RequestQuery, number[]]>([
    [{}, [1, 2, 3]],
    [{ face: "aws" }, [3]],
    [{ instance: "i-2" }, [2]],
    [{ method: "PUT" }, [2]],
    [{ path: "/latest" }, [1, 2]],
    [{ status: 404 }, [3]],
    [{ action: "s3:ListBucket" }, [3]],
    [{ accessKeyId: "ASIA1" }, [3]],
    [{ userAgent: "boto" }, []],
    [{ userAgent: "Boto" }, [1, 2, 3]],
    [{ after: 1 }, [2, 3]],
    [{ limit: 1 }, [3]],
    [{ limit: 0 }, []],
    [{ face: "imds", limit: 1 }, [2]],
  ])("filters by %j", (query, sequences) => {
    expect(
      filled()
        .list(query)
        .requests.map(({ sequence }) => sequence),
    ).toEqual(sequences);
  });

  test("is empty after clear, and counts anew", () => {
    const log = filled();
    log.clear();
    expect(log.list()).toEqual({ requests: [], total: 0, dropped: 0 });
  });

  test("refuses a size that keeps nothing", () => {
    expect(() => new RequestLog(0)).toThrow(RangeError);
  });
});
