// Might a time be under way in an io_uring of a program? The kernel does not tell, but the queue that it took its orders from still shows
// them. Node has rings and never asks them for a time. https://man7.org/linux/man-pages/man7/io_uring.7.html

import { readFileSync } from "node:fs";
import { machine } from "./machine.ts";
import type { TracedProcess } from "./thread.ts";

const [TIMEOUT, LINK_TIMEOUT] = [11, 15]; // IORING_OP_
const ORDER_BYTES = 64;
/** A line of /proc/PID/maps where a queue is: by its offset, IORING_OFF_SQES. */
const QUEUE = /^([\da-f]+)-([\da-f]+) \S+ 10000000 .*anon_inode:\[io_uring\]$/gm;

/** Where its queues are: address and length. */
export function queuesIn(maps: string): (readonly [address: bigint, length: number])[] {
  return [...maps.matchAll(QUEUE)].map(([, from, to]) => {
    const address = BigInt(`0x${from}`);
    return [address, Number(BigInt(`0x${to}`) - address)];
  });
}

/** Is a time among the orders that a queue shows? */
export function asksForTime(queue: Uint8Array): boolean {
  for (let at = 0; at < queue.length; at += ORDER_BYTES)
    if (queue[at] === TIMEOUT || queue[at] === LINK_TIMEOUT) return true;
  return false;
}

/** Yes, too, where its queue cannot be seen. */
export function mayWaitInRing(process: TracedProcess): boolean {
  if (process.threads.values().some(({ blocked }) => blocked?.number === machine.calls.io_uring_enter)) return true;
  try {
    const queues = queuesIn(readFileSync(`/proc/${process.pid}/maps`, "utf8"));
    return queues.length === 0 || queues.some(([address, length]) => asksForTime(process.read(address, length)));
  } catch {
    return true; // some kernels do not let anybody else read it
  }
}
