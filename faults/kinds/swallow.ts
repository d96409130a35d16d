// Nothing ever comes back: so it looks where the hop limit is too small, or packets are dropped.

import { BOTH, faultKind } from "../fault.ts";
import { unanswered } from "../replies.ts";

export const swallow = faultKind({
  name: "swallow",
  summary: "never answers; with `path: /latest/api/token` as where the hop limit is too small",
  faces: BOTH,
  parameters: {},
  act: () => ({ loses: true, spoil: (reply) => unanswered(reply, "silence") }),
});
