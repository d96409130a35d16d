// The answer takes its time before it begins.

import { parseDuration } from "../../clock/duration.ts";
import { BOTH, faultKind } from "../fault.ts";
import { treated } from "../replies.ts";
import { delay } from "../values.ts";

export const slowFirstByte = faultKind({
  name: "slow-first-byte",
  summary: "waits before the first byte of the answer, in real time",
  faces: BOTH,
  parameters: { delay: delay("How long, such as 1500ms") },
  act: ({ delay }) => ({
    spoil: (reply) =>
      treated(reply, { delayMilliseconds: (reply.treatment?.delayMilliseconds ?? 0) + parseDuration(delay) }),
  }),
});
