// Nobody listens. That takes a listener which the fault means as a whole; on a shared one, or of chosen requests, it is a reset.

import { BOTH, faultKind } from "../fault.ts";
import { unanswered } from "../replies.ts";

export const refuseConnection = faultKind({
  name: "refuse-connection",
  summary: "refuses connections where it means all that a listener serves, else resets them",
  faces: BOTH,
  parameters: {},
  act: () => ({ loses: true, shutsDoor: true, spoil: (reply) => unanswered(reply, "resetting") }),
});
