// Whom, what, when and how often: each limit of a fault by itself, on plain objects.

import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import type { Asked } from "../../faults/fault.ts";
import { LiveFault } from "../../faults/live-fault.ts";
import type { WrittenFault } from "../../faults/table.ts";
import type { Instance } from "../../instances/instance.ts";
import { noBody } from "../../network/request-body.ts";

const AT = Date.parse("2026-11-24T00:00:00Z");
const MINUTE = 60_000;
const demo = { name: "demo", instanceId: "i-0123456789abcdef0" } as Instance;
const member = { name: "fleet-17", instanceId: "i-0aaaaaaaaaaaaaaaa" } as Instance;

interface Request {
  readonly method?: string;
  readonly target?: string;
  readonly userAgent?: string;
  readonly at?: number;
}

function asked(
  { method = "GET", target = "/latest/meta-data/ami-id", userAgent, at = AT }: Request,
  more: Partial<Asked> = {},
): Asked {
  const rawHeaders = userAgent === undefined ? [] : ["User-Agent", userAgent];
  const place = { remoteAddress: "127.0.0.1", remotePort: 50_000, localAddress: "127.0.0.1", localPort: 80 };
  const request = { method, target, rawHeaders, body: noBody, at, realAt: at, ...place };
  return { face: "imds", request, instance: demo, ...more };
}

const live = (limits: object, seed: number | string = 1) =>
  new LiveFault({ id: "fault-1", fault: { fault: "swallow", ...limits } as WrittenFault, raisedAt: AT, seed });

describe("a fault strikes only", () => {
  test.each<[object, Asked, boolean]>([
    [{}, asked({}), true],
    [{ instance: "demo" }, asked({}), true],
    [{ instance: "i-0123456789abcdef0" }, asked({}), true],
    [{ instance: "other" }, asked({}), false],
    [{ instance: "fleet" }, asked({}, { instance: member }), true],
    [{ instance: "fleet-17" }, asked({}, { instance: member }), true],
    [{ instance: "fleet-1" }, asked({}, { instance: member }), false],
    [{ instance: "demo" }, asked({}, { face: "aws", instance: undefined }), false],
    [{ method: "PUT" }, asked({}), false],
    [{ method: "PUT" }, asked({ method: "PUT" }), true],
    [{ path: "/latest/meta-data" }, asked({}), true],
    [{ path: "/latest/api" }, asked({}), false],
    [{ path: "/latest/meta-data/ami-id" }, asked({ target: "//latest/./meta-data/%61mi-id/?x=1" }), true],
    [{ path: "/*/meta-data/ami-??" }, asked({ target: "/2021-03-23/meta-data/ami-id" }), true],
    [{ path: "/*/meta-data" }, asked({}), false],
    [{ path: "/mybucket" }, asked({ target: "/mybucket/key?x=1" }, { face: "aws" }), true],
    [{ path: "/mybucket/*?" }, asked({ target: "/mybucket/?x=1" }, { face: "aws" }), false],
    [{ path: "/latest" }, asked({ target: "/%zz" }), false],
    [{ userAgent: "Boto3" }, asked({ userAgent: "Boto3/1.44 md/Botocore" }), true],
    [{ userAgent: "Boto3" }, asked({ userAgent: "curl/8" }), false],
    [{ userAgent: "Boto3" }, asked({}), false],
    [{ accessKeyId: "ASIAX" }, asked({}, { accessKeyId: "ASIAX" }), true],
    [{ accessKeyId: "ASIAX" }, asked({}, { accessKeyId: "ASIAY" }), false],
    [{ principal: "arn:*:user/al?ce" }, asked({}, { principal: "arn:aws:iam::1:user/alice" }), true],
    [{ principal: "arn:*:user/al?ce" }, asked({}), false],
    [{ after: "10m" }, asked({ at: AT + 10 * MINUTE - 1 }), false],
    [{ after: "10m" }, asked({ at: AT + 10 * MINUTE }), true],
    [{ after: "10m", for: "5m" }, asked({ at: AT + 15 * MINUTE - 1 }), true],
    [{ after: "10m", for: "5m" }, asked({ at: AT + 15 * MINUTE }), false],
    [{ from: "2026-11-24T01:00:00Z" }, asked({ at: AT + 59 * MINUTE }), false],
    [{ from: "2026-11-24T01:00:00Z", until: "2026-11-24T02:00:00Z" }, asked({ at: AT + 60 * MINUTE }), true],
    [{ until: "2026-11-24T02:00:00+01:00" }, asked({ at: AT + 60 * MINUTE }), false],
    [{ method: "GET", path: "/latest", userAgent: "curl" }, asked({ userAgent: "curl" }), true],
    [{ method: "GET", path: "/latest", userAgent: "curl" }, asked({ userAgent: "wget" }), false],
  ])("%j (case %#)", (limits, request, strikes) => {
    expect(live(limits).strikes(request)).toBe(strikes);
  });

  test("at the faces that it knows, or at the one that is named", () => {
    const faces = (limits: object) => (["imds", "aws"] as const).filter((face) => live(limits).acts(face));
    expect(faces({})).toEqual(["imds", "aws"]);
    expect(faces({ face: "aws" })).toEqual(["aws"]);
    expect(faces({ fault: "status", status: 503 })).toEqual(["imds"]);
    expect(faces({ fault: "aws-error", error: "SlowDown" })).toEqual(["aws"]);
  });

  test("what its kind usually strikes, unless it says otherwise", () => {
    const document = asked({ target: "/latest/meta-data/iam/security-credentials/role" });
    expect(live({ fault: "empty-body" }).strikes(document)).toBe(true);
    expect(live({ fault: "empty-body" }).strikes(asked({}))).toBe(false);
    expect(live({ fault: "empty-body", path: "/" }).strikes(asked({}))).toBe(true);
  });
});

describe("how often", () => {
  const decisions = (fault: LiveFault, requests: number) =>
    Array.from({ length: requests }, () => Number(fault.strikes(asked({})))).join("");

  test("count strikes so often, skip lets the first ones pass", () => {
    expect(decisions(live({ count: 2 }), 5)).toBe("11000");
    expect(decisions(live({ skip: 2 }), 5)).toBe("00111");
    expect(decisions(live({ skip: 1, count: 2 }), 5)).toBe("01100");
  });

  test("what does not match is not counted", () => {
    const fault = live({ count: 1, method: "PUT" });
    expect(fault.strikes(asked({}))).toBe(false);
    expect(fault.strikes(asked({ method: "PUT" }))).toBe(true);
    expect([fault.matched, fault.struck]).toEqual([1, 1]);
  });

  test("probability throws dice of each instance: how often another asks makes no difference", () => {
    const fault = live({ probability: 0.5 }, "seed");
    const ofMember = () => Number(fault.strikes(asked({}, { instance: member })));
    const apart = Array.from({ length: 50 }, ofMember).join("");
    const shared = live({ probability: 0.5 }, "seed");
    const between = Array.from({ length: 50 }, () => {
      decisions(shared, 3);
      return Number(shared.strikes(asked({}, { instance: member })));
    });
    expect(between.join("")).toBe(apart);
    expect(decisions(live({ probability: 0.5 }, "seed"), 50)).not.toBe(apart);
  });

  test("probability throws the fault's own dice, the same for the same seed", () => {
    const fallen = decisions(live({ probability: 0.3 }, "seed"), 400);
    expect(decisions(live({ probability: 0.3 }, "seed"), 400)).toBe(fallen);
    expect(decisions(live({ probability: 0.3 }, "other"), 400)).not.toBe(fallen);
    const own = dice(`seed/swallow/${demo.instanceId}`);
    expect(fallen).toBe(Array.from({ length: 400 }, () => Number(own.chance(0.3))).join(""));
    expect(decisions(live({ probability: 0 }), 50)).toBe("0".repeat(50));
    expect(decisions(live({ probability: 1 }), 50)).toBe("1".repeat(50));
  });

  test("with both, count is of strikes", () => {
    expect(decisions(live({ probability: 0.5, count: 3 }), 100).replaceAll("0", "")).toBe("111");
  });
});
