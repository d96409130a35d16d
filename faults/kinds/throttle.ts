// Too many requests. EC2 throttles each instance and tells no number: 503 is its answer today, 429 was seen in 2014.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html#instancedata-throttling

import { z } from "zod";
import { type Asked, BOTH, faultKind } from "../fault.ts";
import { metadataStatus } from "../replies.ts";

export const throttle = faultKind({
  name: "throttle",
  summary: "refuses what each instance asks beyond so many requests in a second of simulated time",
  faces: BOTH,
  parameters: {
    requestsPerSecond: z.int().min(0).describe("How many pass; 0 throttles all"),
    status: z.literal([503, 429]).describe("At IMDS; 503 unless given").exactOptional(),
  },
  act({ requestsPerSecond, status = 503 }) {
    const isBeyond = counter(requestsPerSecond);
    return {
      concerns: (asked) => isBeyond(asked),
      refuse: () => ({ fault: "throttled" }),
      spoil: (reply, { face, request }) => (face === "imds" ? metadataStatus(reply, request, status) : reply),
    };
  },
});

/** Counts the requests of the present second alone, so that it never grows beyond those who ask in it. */
function counter(limit: number): (asked: Asked) => boolean {
  let second = Number.NaN;
  const counts = new Map<string, number>();
  return ({ face, instance, request }) => {
    const now = Math.floor(request.at / 1000);
    if (now !== second) counts.clear();
    second = now;
    const caller = `${face} ${instance?.instanceId}`;
    const count = (counts.get(caller) ?? 0) + 1;
    counts.set(caller, count);
    return count > limit;
  };
}
