import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { memberId, memberName, readMemberId, readMemberName } from "../../instances/member.ts";

describe("ids of a template's instances", () => {
  const seed = "member-id 1";
  const { integer } = dice(seed);
  test(`each is read back (seed ${seed})`, () => {
    for (let i = 0; i < 10_000; i++) {
      const [series, index] = [integer(2 ** 32), integer(2 ** 32)];
      expect(readMemberId(memberId(series, index))).toEqual({ series, index });
    }
  });

  test("they look like EC2's and no two are the same", () => {
    const ids = new Set<string>();
    for (let index = 0; index < 100_000; index++) ids.add(memberId(0x12345678, index));
    expect(ids.size).toBe(100_000);
    expect([...ids].filter((id) => !/^i-0[0-9a-f]{16}$/.test(id))).toEqual([]);
  });

  test("neighbours share no stretch of digits that would give them away", () => {
    const [first, second] = [memberId(7, 0), memberId(7, 1)];
    const same = [...first.slice(3)].filter((digit, i) => digit === second.slice(3)[i]);
    expect(same.length).toBeLessThan(6);
  });

  test.each(["i-", "i-1234567890abcdef0", "i-0123456789abcdef", "i-0123456789ABCDEF0", "x-00123456789abcdef"])(
    "%s is none",
    (id) => {
      expect(readMemberId(id)).toBeUndefined();
    },
  );
});

describe("names of a template's instances", () => {
  test.each([
    ["fleet-0", { template: "fleet", index: 0 }],
    ["my-fleet-17", { template: "my-fleet", index: 17 }],
  ])("%s is read back", (name, member) => {
    expect(readMemberName(name)).toEqual(member);
    expect(memberName(member.template, member.index)).toBe(name);
  });

  test.each(["fleet", "fleet-", "fleet-01", "-1", "fleet-1.5"])("%s is none", (name) => {
    expect(readMemberName(name)).toBeUndefined();
  });
});
