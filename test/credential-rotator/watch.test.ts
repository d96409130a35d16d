import { describe, expect, test, vi } from "vitest";
import * as schedule from "../../credential-rotator/schedule.ts";
import { createWorld, HOUR, MINUTE, START } from "./world.ts";

const demo = { instanceProfile: "mybucket-access" };

describe("announcements", () => {
  test("issue, renewals and expiries, each at its own instant, in order", async () => {
    const world = createWorld({ rotation: { lifetime: "2h" }, instances: { demo } });
    const { instanceId } = world.instance("demo");
    const announcements = world.rotator.announcements(START - 1, START + 3 * HOUR, Infinity);
    expect(announcements.map(({ kind, at }) => [kind, (at - START) / HOUR])).toEqual([
      ["issued", 0],
      ["renewed", 1],
      ["renewed", 2],
      ["expired", 2],
      ["renewed", 3],
      ["expired", 3],
    ]);
    const { credentials } = await world.credentials("demo", START);
    for (const place of [0, 3]) {
      expect(announcements[place]).toMatchObject({
        instanceId,
        roleName: "mybucket-access",
        accessKeyId: credentials.accessKeyId,
        expiresAt: START + 2 * HOUR,
      });
    }
  });

  test("are the same however the time is cut, and nextAnnouncementAt leads from one to the next", () => {
    const { rotator } = createWorld({ instances: { a: demo, b: { ...demo, rotation: { every: "7m" } } } });
    const whole = rotator.announcements(START - 1, START + 9 * HOUR, Infinity);
    const cut: typeof whole = [];
    let at = START - 1;
    for (let next = rotator.nextAnnouncementAt(at); next !== undefined && next <= START + 9 * HOUR; ) {
      cut.push(...rotator.announcements(at, next, Infinity));
      at = next;
      next = rotator.nextAnnouncementAt(at);
    }
    expect(cut).toEqual(whole);
    expect(rotator.announcements(START - 1, START + 9 * HOUR, 5)).toEqual(whole.slice(-5));
    expect(whole.map((one) => one.at)).toEqual(whole.map((one) => one.at).sort((a, b) => a - b));
  });

  test("a forced renewal has its own instant", () => {
    const world = createWorld({ instances: { a: demo, b: demo } });
    const at = START + 10 * MINUTE + 123;
    world.happen({ type: "rotation.forced", at, instanceId: world.instance("b").instanceId });
    const [renewed, ...others] = world.rotator.announcements(START, START + 30 * MINUTE, Infinity);
    expect(renewed).toMatchObject({ kind: "renewed", at, instanceId: world.instance("b").instanceId });
    expect(others).toEqual([]);
  });

  test("none without a role that EC2 may assume", () => {
    const { rotator } = createWorld({ instances: { plain: {}, denied: { instanceProfile: "not-for-ec2" } } });
    expect(rotator.announcements(START - 1, START + 9 * HOUR, Infinity)).toEqual([]);
    expect(createWorld({ instances: { plain: {} } }).rotator.nextAnnouncementAt(START)).toBeUndefined();
  });

  test("a template's instances are announced from when they are asked for, and cost one schedule", async () => {
    const world = createWorld({ instances: { fleet: { ...demo, count: 100_000 } } });
    expect(world.rotator.nextAnnouncementAt(START)).toBeUndefined();
    for (let i = 0; i < 1000; i++) await world.credentials(`fleet-${i * 100}`, START);
    const looks = vi.spyOn(schedule, "momentsBetween");
    const nexts = vi.spyOn(schedule, "nextMomentAfter");
    expect(world.rotator.announcements(START, START + HOUR, Infinity)).toHaveLength(1000);
    expect(world.rotator.nextAnnouncementAt(START)).toBe(START + HOUR);
    expect([looks, nexts].map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
    const forced = world.instance("fleet-500");
    world.happen({ type: "rotation.forced", at: START + MINUTE, instanceId: forced.instanceId });
    const announcements = world.rotator.announcements(START, START + HOUR, Infinity);
    expect(announcements).toHaveLength(1000);
    expect(announcements[0]).toMatchObject({ at: START + MINUTE, instanceId: forced.instanceId });
    expect(world.rotator.nextAnnouncementAt(START)).toBe(START + MINUTE);
    looks.mockRestore();
    nexts.mockRestore();
  });

  test("a year at once is in order and complete", () => {
    const { rotator } = createWorld({ instances: { demo } });
    const announcements = rotator.announcements(START, START + 365 * 24 * HOUR, Infinity);
    expect(announcements).toHaveLength(8760 + 8755);
  });
});
