// The life of an instance, through the sockets of a whole simulation: what IMDS shows after each thing that is done to it, and when.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { type Simulation, type SimulationOptions, simulate, type WrittenConfiguration } from "../../index.ts";
import { ask, imdsToken, type RoleDocument } from "./client.ts";

const START = "2026-11-24T00:00:00Z";
const trust = "ec2.amazonaws.com";
const CONFIGURATION: WrittenConfiguration = {
  roles: { first: { trust }, second: { trust }, lambda: { trust: "lambda.amazonaws.com" } },
  instanceProfiles: { empty: {} },
  instances: { demo: { instanceProfile: "first", instanceLifecycle: "spot" } },
};
const begin = (more: WrittenConfiguration = {}, options: SimulationOptions = {}) =>
  simulate({ speed: 0, startAt: Date.parse(START), configuration: { ...CONFIGURATION, ...more }, ...options });

const IAM = "iam/security-credentials/";

/** The body of a 200 below meta-data/, else the status. */
async function read({ urls }: Simulation, path: string): Promise<string | number> {
  const headers = { "x-aws-ec2-metadata-token": await imdsToken(urls.imds) };
  const { status, body } = await ask(`${urls.imds}/latest/meta-data/${path}`, { headers });
  return status === 200 ? body : status;
}
const document = async (simulation: Simulation, role: string) =>
  JSON.parse(String(await read(simulation, `${IAM}${role}`))) as RoleDocument & { Code: string; LastUpdated: string };

async function whoAmI({ urls }: Simulation, keys: RoleDocument): Promise<string> {
  const credentials = {
    accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretAccessKey,
    sessionToken: keys.Token,
  };
  const client = new STSClient({ region: "us-east-1", endpoint: urls.aws, credentials, maxAttempts: 1 });
  return client.send(new GetCallerIdentityCommand({})).then(
    ({ Arn = "" }) => Arn,
    ({ name }) => name,
  );
}

describe("the profile", () => {
  test("is replaced: other keys at once, and the old ones stay valid to their expiry", async () => {
    await using simulation = await begin();
    const old = await document(simulation, "first");
    const report = await simulation.act("associate-profile", { instance: "demo", instanceProfile: "second" });
    expect(report).toMatchObject({ instanceProfile: "second", role: "second", state: "running" });
    expect(await read(simulation, IAM)).toBe("second");
    expect(await read(simulation, `${IAM}first`)).toBe(404);
    const fresh = await document(simulation, "second");
    expect(fresh.AccessKeyId).not.toBe(old.AccessKeyId);
    expect(await whoAmI(simulation, old)).toContain("assumed-role/first/");
    await simulation.clock.advance("5h59m59s");
    expect(await whoAmI(simulation, old)).toContain("assumed-role/first/");
    await simulation.clock.advance("1s");
    expect(await whoAmI(simulation, old)).toBe("ExpiredToken");
  });

  test("is taken away and attached again in one instant: 404 at every level between, then new keys", async () => {
    await using simulation = await begin();
    const old = await document(simulation, "first");
    await simulation.act("disassociate-profile");
    expect([await read(simulation, "iam/"), await read(simulation, "iam/info"), await read(simulation, IAM)]).toEqual([
      404, 404, 404,
    ]);
    expect(await read(simulation, "")).not.toContain("iam/");
    await simulation.act("associate-profile", { instanceProfile: "first" });
    const fresh = await document(simulation, "first");
    expect(fresh.AccessKeyId).not.toBe(old.AccessKeyId);
    expect(await whoAmI(simulation, fresh)).toContain("assumed-role/first/");
  });

  test("is attached again and again in one instant: other keys each time", async () => {
    await using simulation = await begin();
    const keys = new Set<string>();
    for (let i = 0; i < 4; i++) {
      keys.add((await document(simulation, "first")).AccessKeyId);
      await simulation.act("disassociate-profile");
      await simulation.act("associate-profile", { instanceProfile: "first" });
    }
    expect(keys.size).toBe(4);
  });

  test("stays as it is when the same one is attached again", async () => {
    await using simulation = await begin();
    const old = await document(simulation, "first");
    await simulation.act("associate-profile", { instanceProfile: "first" });
    expect(await document(simulation, "first")).toEqual(old);
  });

  test("with a role that does not trust EC2 shows AWS's words; with none, nothing", async () => {
    await using simulation = await begin();
    await simulation.act("associate-profile", { instanceProfile: "lambda" });
    expect(await document(simulation, "lambda")).toMatchObject({ Code: "AssumeRoleUnauthorizedAccess" });
    await simulation.act("associate-profile", { instanceProfile: "empty" });
    expect([await read(simulation, "iam/"), await read(simulation, "iam/info"), await read(simulation, IAM)]).toEqual([
      404, 404, 404,
    ]);
  });

  test("that was deleted, a namesake of which is another one, is not found", async () => {
    await using simulation = await begin({ instanceProfiles: { own: { role: "second" } } });
    await simulation.act("associate-profile", { instanceProfile: "own" });
    expect(await read(simulation, IAM)).toBe("second");
    const { InstanceProfileId: id } = JSON.parse(String(await read(simulation, "iam/info")));
    for (const instanceProfiles of [{}, { own: { role: "second" } }]) {
      await simulation.configure({ ...CONFIGURATION, instanceProfiles });
      expect(JSON.parse(String(await read(simulation, "iam/info")))).toMatchObject({
        Code: "InstanceProfileNotFound",
        Message: `Instance Profile with Id ${id} cannot be found.  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.`,
      });
      expect(await read(simulation, IAM)).toBe(404);
    }
  });

  test("that lost its role says so, and the role is no longer listed", async () => {
    const profile = (role?: string) => ({ instanceProfiles: { own: role === undefined ? {} : { role } } });
    await using simulation = await begin(profile("second"));
    await simulation.act("associate-profile", { instanceProfile: "own" });
    await simulation.clock.advance("1s");
    await simulation.configure({ ...CONFIGURATION, ...profile() });
    const info = JSON.parse(String(await read(simulation, "iam/info")));
    expect(info).toMatchObject({
      Code: "Success",
      Message: expect.stringMatching(/^Instance Profile does not contain a role\. {2}/),
    });
    expect(await read(simulation, IAM)).toBe(404);
  });
});

describe("stop and start", () => {
  test("stopped and started in one instant it has other keys each time, also of its own identity", async () => {
    await using simulation = await begin();
    const keys = new Set<string>();
    for (let i = 0; i < 3; i++) {
      keys.add((await document(simulation, "first")).AccessKeyId);
      const own = await read(simulation, "identity-credentials/ec2/security-credentials/ec2-instance");
      keys.add((JSON.parse(String(own)) as RoleDocument).AccessKeyId);
      await simulation.act("stop");
      await simulation.act("start");
    }
    expect(keys.size).toBe(6);
  });

  test("what is done in one instant is announced, each set once", async () => {
    await using simulation = await begin();
    await simulation.clock.advance("1s");
    await simulation.rotate();
    await simulation.act("stop");
    await simulation.act("start");
    await simulation.act("associate-profile", { instanceProfile: "second" });
    const { AccessKeyId } = await document(simulation, "second");
    const told = await simulation.announcements();
    expect(told.map(({ kind, roleName }) => `${kind} ${roleName}`)).toEqual([
      "issued first",
      "renewed first",
      "issued first",
      "issued second",
    ]);
    expect(told.at(-1)?.accessKeyId).toBe(AccessKeyId);
    expect(new Set(told.map(({ accessKeyId }) => accessKeyId)).size).toBe(4);
  });

  test("nobody answers while it is stopped; a start gives another pendingTime and other keys, and keeps the profile", async () => {
    await using simulation = await begin();
    const old = await document(simulation, "first");
    await simulation.clock.advance("10m");
    expect(await simulation.act("stop")).toMatchObject({ state: "stopped" });
    await expect(read(simulation, "instance-id")).rejects.toThrow();
    await simulation.clock.advance("3h");
    await simulation.act("start");
    const fresh = await document(simulation, "first");
    expect(fresh.LastUpdated).toBe("2026-11-24T03:10:00Z");
    expect(fresh.AccessKeyId).not.toBe(old.AccessKeyId);
    const { urls } = simulation;
    const headers = { "x-aws-ec2-metadata-token": await imdsToken(urls.imds) };
    const identity = await ask(`${urls.imds}/latest/dynamic/instance-identity/document`, { headers });
    expect(JSON.parse(identity.body)).toMatchObject({ pendingTime: "2026-11-24T03:10:00Z" });
    expect(await whoAmI(simulation, old)).toContain("assumed-role/first/");
  });

  test("a profile that is attached while it is stopped is there after the start", async () => {
    await using simulation = await begin();
    await simulation.act("stop");
    await simulation.act("associate-profile", { instanceProfile: "second" });
    await simulation.clock.advance("1m");
    await simulation.act("start");
    expect(await read(simulation, IAM)).toBe("second");
    expect((await document(simulation, "second")).LastUpdated).toBe("2026-11-24T00:01:00Z");
  });

  test("renewals are announced while it runs, and the ends of what was delivered also after that", async () => {
    await using simulation = await begin();
    await simulation.clock.advance("90m");
    await simulation.act("stop");
    await simulation.clock.advance("6h");
    const told = (await simulation.announcements()).map(({ kind, at }) => `${kind} ${at.slice(11, 16)}`);
    expect(told).toEqual(["issued 00:00", "renewed 01:00", "expired 06:00", "expired 07:00"]);
  });

  test("what is terminated never comes back, but by a reset", async () => {
    await using simulation = await begin();
    await simulation.act("terminate");
    await expect(simulation.act("start")).rejects.toThrow(/^i-[0-9a-f]{17} is terminated$/);
    await simulation.reset();
    expect(await read(simulation, IAM)).toBe("first");
  });
});

describe("EC2's delays", () => {
  test("a profile is seen after three seconds, and goes after three; both in one step", async () => {
    await using simulation = await begin({ delays: "ec2" });
    await simulation.clock.advance("1s");
    await simulation.act("associate-profile", { instanceProfile: "second" });
    await simulation.clock.advance("2999ms");
    expect(await read(simulation, IAM)).toBe("first");
    await simulation.clock.advance("1ms");
    expect(await read(simulation, IAM)).toBe("second");
    // It is dated by the call, not by when it was seen.
    const { AccessKeyId: accessKeyId, LastUpdated } = await document(simulation, "second");
    expect(LastUpdated).toBe("2026-11-24T00:00:01Z");
    expect(await simulation.announcements()).toContainEqual(
      expect.objectContaining({ kind: "issued", at: "2026-11-24T00:00:01.000Z", roleName: "second", accessKeyId }),
    );
    await simulation.act("disassociate-profile");
    await simulation.act("disassociate-profile"); // again, while it is on its way
    expect(await read(simulation, IAM)).toBe("second");
    await simulation.clock.advance("3s");
    expect(await read(simulation, "iam/info")).toBe(404);
  });

  test("tags and options are seen after three seconds; what follows meanwhile builds on them", async () => {
    await using simulation = await begin({ delays: "ec2" });
    await simulation.act("modify-metadata-options", { instanceMetadataTags: "enabled" });
    await simulation.act("set-tags", { tags: { Name: "demo", gone: "soon" } });
    await simulation.clock.advance("1s");
    await simulation.act("set-tags", { tags: { gone: null } });
    expect(await read(simulation, "tags/instance/")).toBe(404);
    await simulation.clock.advance("2s");
    expect(await read(simulation, "tags/instance/")).toBe("Name\ngone");
    await simulation.clock.advance("1s");
    expect(await read(simulation, "tags/instance/")).toBe("Name");
  });

  test("a changed trust policy is seen at the next renewal, and its repair at the next try", async () => {
    await using simulation = await begin({ delays: "ec2" });
    const roles = { ...CONFIGURATION.roles, first: { trust: "lambda.amazonaws.com" } };
    await simulation.clock.advance("30m");
    await simulation.configure({ ...CONFIGURATION, delays: "ec2", roles });
    expect(await document(simulation, "first")).toMatchObject({ Code: "Success" });
    await simulation.clock.advance("29m59s");
    expect(await document(simulation, "first")).toMatchObject({ Code: "Success" });
    await simulation.clock.advance("1s");
    expect(await document(simulation, "first")).toMatchObject({ Code: "AssumeRoleUnauthorizedAccess" });
    await simulation.clock.advance("10s");
    await simulation.configure({ ...CONFIGURATION, delays: "ec2" });
    // Tries come after 3, 9 and 19 seconds.
    await simulation.clock.advance("8s");
    expect(await document(simulation, "first")).toMatchObject({ Code: "AssumeRoleUnauthorizedAccess" });
    await simulation.clock.advance("1s");
    expect(await document(simulation, "first")).toMatchObject({ Code: "Success" });
  });

  test("without them all of it is seen at once", async () => {
    await using simulation = await begin();
    await simulation.act("set-tags", { tags: { Name: "demo" } });
    await simulation.act("modify-metadata-options", { instanceMetadataTags: "enabled" });
    expect(await read(simulation, "tags/instance/Name")).toBe("demo");
    const roles = { ...CONFIGURATION.roles, first: { trust: "lambda.amazonaws.com" } };
    await simulation.configure({ ...CONFIGURATION, roles });
    expect(await document(simulation, "first")).toMatchObject({ Code: "AssumeRoleUnauthorizedAccess" });
  });
});

describe("notices", () => {
  test("a Spot interruption is told two minutes ahead, and then it happens", async () => {
    await using simulation = await begin();
    await simulation.act("interrupt-spot", { after: "10m" });
    await simulation.clock.advance("9m59s");
    expect([await read(simulation, "spot/"), await read(simulation, "spot/instance-action")]).toEqual([404, 404]);
    await simulation.clock.advance("1s");
    expect(await read(simulation, "spot/")).toBe("instance-action\ntermination-time");
    expect(await read(simulation, "spot/instance-action")).toBe(
      '{"action": "terminate", "time": "2026-11-24T00:12:00Z"}',
    );
    expect(await read(simulation, "spot/termination-time")).toBe("2026-11-24T00:12:00Z");
    await simulation.clock.advance("1m59s");
    expect(await read(simulation, "spot/")).toBe("instance-action\ntermination-time");
    await simulation.clock.advance("1s");
    await expect(read(simulation, "instance-id")).rejects.toThrow();
    expect((await simulation.state()).instances[0]).toMatchObject({ state: "terminated" });
  });

  test.each([
    ["stop", "2026-11-24T00:02:00Z"],
    ["hibernate", "2026-11-24T00:00:00Z"],
  ] as const)("%s has no termination-time", async (action, time) => {
    await using simulation = await begin();
    await simulation.act("interrupt-spot", { action });
    if (action === "stop") {
      expect(await read(simulation, "spot/")).toBe("instance-action");
      expect(await read(simulation, "spot/instance-action")).toBe(`{"action": "${action}", "time": "${time}"}`);
      await simulation.clock.advance("2m");
    }
    expect((await simulation.state()).instances[0]).toMatchObject({ state: "stopped" });
    await simulation.act("start");
    expect(await read(simulation, "spot/")).toBe(404);
  });

  test("taken back, before or after it was shown, it does not happen", async () => {
    await using simulation = await begin();
    await simulation.act("interrupt-spot", {});
    await simulation.act("recommend-rebalance");
    expect(await read(simulation, "events/recommendations/rebalance")).toBe('{"noticeTime": "2026-11-24T00:00:00Z"}');
    await simulation.act("cancel-notices");
    expect([await read(simulation, "spot/"), await read(simulation, "events/recommendations/")]).toEqual([404, 404]);
    await simulation.clock.advance("1h");
    expect(await read(simulation, IAM)).toBe("first");
  });

  test("taken back leaves the keys and the launch as they are", async () => {
    await using simulation = await begin();
    const identity = async () => String(await read(simulation, "../dynamic/instance-identity/document"));
    const [keys, launched] = [await document(simulation, "first"), await identity()];
    await simulation.clock.advance("10m");
    await simulation.act("interrupt-spot");
    await simulation.clock.advance("1m");
    await simulation.act("cancel-notices");
    expect(await document(simulation, "first")).toEqual(keys);
    expect(await identity()).toBe(launched);
  });

  test("maintenance that is scheduled in one instant has an id each", async () => {
    await using simulation = await begin();
    for (let i = 0; i < 4; i++) await simulation.act("schedule-maintenance");
    const scheduled = JSON.parse(String(await read(simulation, "events/maintenance/scheduled")));
    expect(new Set(scheduled.map(({ EventId }: { EventId: string }) => EventId)).size).toBe(4);
  });

  test("maintenance is scheduled, completed and canceled", async () => {
    await using simulation = await begin();
    const told = await simulation.act("schedule-maintenance", { notBefore: "24h", notAfter: "26h" });
    await simulation.act("schedule-maintenance", { code: "instance-retirement", after: "1h" });
    const scheduled = String(await read(simulation, "events/maintenance/scheduled"));
    const eventId = /instance-event-0[0-9a-f]{16}/.exec(scheduled)?.[0];
    expect(told.maintenance).toEqual([{ eventId, code: "system-reboot", notBefore: "2026-11-25T00:00:00.000Z" }]);
    expect(scheduled).toBe(
      `[ {
  "NotBefore" : "25 Nov 2026 00:00:00 GMT",
  "Code" : "system-reboot",
  "Description" : "scheduled reboot",
  "EventId" : "${eventId}",
  "NotAfter" : "25 Nov 2026 02:00:00 GMT",
  "State" : "active"
} ]`,
    );
    await simulation.act("end-maintenance", { state: "canceled" });
    expect(await read(simulation, "events/maintenance/scheduled")).toBe("[]");
    const history = JSON.parse(String(await read(simulation, "events/maintenance/history")));
    expect(history).toEqual([
      expect.objectContaining({ State: "canceled", Description: "[Canceled] scheduled reboot", EventId: eventId }),
    ]);
    await simulation.clock.advance("1h");
    expect(JSON.parse(String(await read(simulation, "events/maintenance/scheduled")))).toEqual([
      expect.objectContaining({ Code: "instance-retirement", NotBefore: "08 Dec 2026 00:00:00 GMT" }),
    ]);
    expect(await read(simulation, "events/maintenance/history")).toContain(eventId);
  });

  test("its Auto Scaling group moves it on, now and later", async () => {
    await using simulation = await begin();
    expect(await read(simulation, "autoscaling/")).toBe(404);
    await simulation.act("set-target-lifecycle-state", { state: "InService" });
    await simulation.act("set-target-lifecycle-state", { state: "Terminated", after: "90s" });
    expect(await read(simulation, "autoscaling/target-lifecycle-state")).toBe("InService");
    await simulation.clock.advance("90s");
    expect(await read(simulation, "autoscaling/target-lifecycle-state")).toBe("Terminated");
  });
});

describe("the instance's own identity", () => {
  test("has credentials without any profile, which prove who it is and open nothing", async () => {
    await using simulation = await begin({ instances: { demo: {} } });
    const keys = JSON.parse(
      String(await read(simulation, "identity-credentials/ec2/security-credentials/ec2-instance")),
    ) as RoleDocument;
    const id = await read(simulation, "instance-id");
    expect(await whoAmI(simulation, keys)).toBe(`arn:aws:sts::123456789012:assumed-role/aws:ec2-instance/${id}`);
    await simulation.clock.advance("6h");
    expect(await whoAmI(simulation, keys)).toBe("ExpiredToken");
  });
});

test("what has happened to an instance is kept with the data, and so are its keys", async () => {
  const data = mkdtempSync(join(tmpdir(), "mayfly-life-"));
  try {
    let keys: RoleDocument;
    {
      await using simulation = await begin({}, { data });
      await simulation.act("associate-profile", { instanceProfile: "second" });
      await simulation.act("interrupt-spot", { action: "stop", after: "1h" });
      keys = await document(simulation, "second");
    }
    await using again = await simulate({ data });
    expect(await document(again, "second")).toEqual(keys);
    await again.clock.advance("62m");
    expect((await again.state()).instances[0]).toMatchObject({ state: "stopped", instanceProfile: "second" });
  } finally {
    rmSync(data, { recursive: true });
  }
});

describe("what cannot be done is said in one line", () => {
  test.each([
    ["associate-profile", { instanceProfile: "firs" }, 'there is no instance profile "firs" (did you mean "first"?)'],
    ["associate-profile", {}, "instanceProfile: is missing"],
    [
      "modify-metadata-options",
      { instance: "plain", httpPutResponseHopLimit: 65 },
      "httpPutResponseHopLimit: must be at most 64",
    ],
    ["stop", { instance: "plain", instanc: "plain" }, 'there is no "instanc"'],
    ["interrupt-spot", { instance: "plain" }, /^i-[0-9a-f]{17} is no Spot instance: give it instanceLifecycle: spot$/],
    ["interrupt-spot", { instance: "demo", after: "soon" }, /`soon` is no duration/],
    ["disassociate-profile", { instance: "plain" }, /has no instance profile$/],
    ["end-maintenance", { instance: "plain" }, /has no such scheduled maintenance$/],
    ["schedule-maintenance", { instance: "plain", notBefore: "2h", notAfter: "1h" }, /notAfter must not come before/],
    ["stop", { instance: "nobody" }, /there is no instance "nobody"; there are demo, plain/],
    ["stop", {}, "there are 2 instances: say which one, such as demo"],
  ] as const)("%s %j", async (action, request, message) => {
    await using simulation = await begin({
      instances: { ...CONFIGURATION.instances, plain: {} },
    });
    const target = action === "associate-profile" ? { instance: "demo" } : {};
    await expect(simulation.act(action, { ...target, ...request } as never)).rejects.toThrow(message);
  });

  test("a tag that is no path, once it is decided that tags are shown", async () => {
    await using simulation = await begin({ delays: "ec2" });
    await simulation.act("modify-metadata-options", { instanceMetadataTags: "enabled" });
    await expect(simulation.act("set-tags", { tags: { "a/b": "" } })).rejects.toThrow('"a/b" cannot be a tag key');
  });

  test("tags that are shown, while one is no path", async () => {
    await using simulation = await begin();
    await simulation.act("set-tags", { tags: { "a/b": "" } });
    await expect(simulation.act("modify-metadata-options", { instanceMetadataTags: "enabled" })).rejects.toThrow(
      '"a/b" cannot be a tag key while instanceMetadataTags is enabled',
    );
  });
});
