import { expect, test } from "vitest";
import { atMost } from "../../credential-rotator/at-most.ts";

test("no more than so many run at a time, in the order in which they came, also behind one that fails", async () => {
  const inTurn = atMost(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
  const tasks = gates.map(({ promise }, i) =>
    inTurn(() => {
      begun.push(i);
      return promise;
    }).catch(() => "failed"),
  );
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  await turn();
  expect(begun).toEqual([0, 1]);
  gates[1]?.reject(new Error("no"));
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  gates[0]?.resolve(0);
  gates[2]?.resolve(2);
  await turn();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  gates[3]?.resolve(3);
  gates[4]?.resolve(4);
  expect(await Promise.all(tasks)).toEqual([0, "failed", 2, 3, 4]);
  expect(await inTurn(async () => "later")).toBe("later");
});
