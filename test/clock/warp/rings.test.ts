import { expect, test } from "vitest";
import { asksForTime, queuesIn } from "../../../clock/warp/rings.ts";

test("the queues of a program's rings, by its map of memory", () => {
  const maps = `7fa2d0679000-7fa2d067d000 rw-s 10000000 00:10 42564270                   anon_inode:[io_uring]
7fa2d141a000-7fa2d141d000 rw-s 00000000 00:10 42564270                   anon_inode:[io_uring]
7fa2d1421000-7fa2d1422000 r--p 10000000 00:10 17                         /usr/lib/libc.so.6
`;
  expect(queuesIn(maps)).toEqual([[0x7fa2d0679000n, 0x4000]]);
});

test.each([
  ["nothing", 0, false],
  ["a change of what epoll looks for, as Node makes them", 29, false],
  ["a time", 11, true],
  ["a time for the order before it", 15, true],
])("a queue with %s", (_, opcode, isTimed) => {
  const queue = new Uint8Array(4 * 64).fill(11, 8, 64); // what stands in an order besides is no opcode
  queue[2 * 64] = opcode;
  expect(asksForTime(queue)).toBe(isTimed);
});
