import { describe, expect, test } from "vitest";
import { RequestLog, type RequestQuery } from "../../control/request-log.ts";
import { hour, reply, request, START } from "./exchanges.ts";

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
    const log = new RequestLog(5);
    log.add("aws", request("/b/k?X-Amz-Date=1&X-Amz-Security-Token=IQoJ%2B&X-Amz-Signature=ab12"), reply());
    log.add(
      "aws",
      request("/b/k?AWSAccessKeyId=ASIA1&Signature=se%2Bcret&x-amz-security-token=IQoJ&Expires=1"),
      reply(),
    );
    log.add("aws", request("/b/k?X%2DAmz%2DSignature=ab12&%58-Amz-Security-Token=IQoJ&a=b"), reply());
    log.add("aws", request("/?Action=AssumeRole&WebIdentityToken=eyJ.e30.c2ln&TokenCode=123456"), reply());
    log.add("aws", request("/?Password=a&OldPassword=b&NewPassword=c&AuthenticationCode1=1&PasswordLength=8"), reply());
    expect(log.list().requests.map(({ target }) => target)).toEqual([
      "/b/k?X-Amz-Date=1&X-Amz-Security-Token=REDACTED&X-Amz-Signature=REDACTED",
      "/b/k?AWSAccessKeyId=ASIA1&Signature=REDACTED&x-amz-security-token=REDACTED&Expires=1",
      "/b/k?X%2DAmz%2DSignature=REDACTED&%58-Amz-Security-Token=REDACTED&a=b",
      "/?Action=AssumeRole&WebIdentityToken=REDACTED&TokenCode=REDACTED",
      "/?Password=REDACTED&OldPassword=REDACTED&NewPassword=REDACTED&AuthenticationCode1=REDACTED&PasswordLength=8",
    ]);
  });

  const filled = () => {
    const log = new RequestLog(10);
    const key = { accessKeyId: "ASIA1", keyIssuedAt: START, keyExpiresAt: START + 6 * hour };
    log.add(
      "imds",
      request("/latest/meta-data/"),
      reply(200, { instanceId: "i-1", imdsVersion: 2, metadataVersion: "latest" }),
    );
    log.add(
      "imds",
      request("/2021-03-23/api/token", { method: "PUT", at: START + hour }),
      reply(503, { instanceId: "i-2", imdsVersion: 1, metadataVersion: "2021-03-23", fault: "late-1 status-2" }),
    );
    log.add(
      "aws",
      request("/mybucket", { at: START + 7 * hour, rawHeaders: ["user-agent", "aws-sdk-js/3"] }),
      reply(404, {
        action: "s3:ListBucket",
        errorCode: "NoSuchBucket",
        principal: "arn:aws:sts::1:role/r/i-1",
        ...key,
      }),
    );
    return log;
  };
  test.each<[RequestQuery, number[]]>([
    [{}, [1, 2, 3]],
    [{ face: "aws" }, [3]],
    [{ instance: "i-2" }, [2]],
    [{ method: "PUT" }, [2]],
    [{ path: "/latest" }, [1]],
    [{ status: 404 }, [3]],
    [{ status: "404" }, [3]],
    [{ status: "4xx" }, [3]],
    [{ status: "4xx,200" }, [1, 3]],
    [{ status: "400-599" }, [2, 3]],
    [{ status: ">=404" }, [2, 3]],
    [{ status: "<404" }, [1]],
    [{ imdsVersion: 2 }, [1]],
    [{ metadataVersion: "2021-03-23" }, [2]],
    [{ action: "s3:ListBucket" }, [3]],
    [{ errorCode: "NoSuchBucket" }, [3]],
    [{ principal: ":role/r/" }, [3]],
    [{ accessKeyId: "ASIA1" }, [3]],
    [{ keyAge: ">=7h" }, [3]],
    [{ keyAge: "7h" }, [3]],
    [{ keyAge: "1h-7h30m" }, [3]],
    [{ keyAge: ">7h" }, []],
    [{ keyLeft: "<0" }, [3]],
    [{ keyLeft: ">=0s" }, []],
    [{ fault: "any" }, [2]],
    [{ fault: "status-2" }, [2]],
    [{ fault: "status" }, []],
    [{ fault: "none" }, [1, 3]],
    [{ userAgent: "boto" }, []],
    [{ userAgent: "Boto" }, [1, 2]],
    [{ from: "2026-11-24T01:00:00Z" }, [2, 3]],
    [{ to: "2026-11-24T01:00:00Z" }, [1, 2]],
    [{ from: "2026-11-24T01:00:00+01:00", to: "2026-11-24T00:30:00Z" }, [1]],
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

  test("knows how old a key was when it was used, and what it had left", () => {
    expect(filled().list({ accessKeyId: "ASIA1" }).requests).toMatchObject([
      { keyAgeSeconds: 7 * 3600, keyLeftSeconds: -3600 },
    ]);
    expect(filled().list({ face: "imds" }).requests[0]).not.toHaveProperty("keyAgeSeconds");
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
