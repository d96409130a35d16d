// The connection is torn down instead of an answer.

import { BOTH, faultKind } from "../fault.ts";
import { unanswered } from "../replies.ts";

export const resetConnection = faultKind({
  name: "reset-connection",
  summary: "resets the connection (TCP RST) instead of an answer; nothing was done",
  faces: BOTH,
  parameters: {},
  act: () => ({ loses: true, spoil: (reply) => unanswered(reply, "resetting") }),
});
