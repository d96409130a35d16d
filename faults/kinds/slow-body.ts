// The answer trickles.

import { z } from "zod";
import { BOTH, faultKind } from "../fault.ts";
import { treated } from "../replies.ts";

export const slowBody = faultKind({
  name: "slow-body",
  summary: "sends the body of the answer slowly, in real time",
  faces: BOTH,
  parameters: { bytesPerSecond: z.int().min(1).describe("How fast") },
  act: ({ bytesPerSecond }) => ({ spoil: (reply) => treated(reply, { bytesPerSecond }) }),
});
