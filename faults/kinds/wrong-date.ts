// The server's clock is wrong, as far as its answers tell: clients correct their own by it.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

import { BOTH, faultKind } from "../fault.ts";
import { withHeader } from "../replies.ts";
import { offset, parseOffset } from "../values.ts";

export const wrongDate = faultKind({
  name: "wrong-date",
  summary: "tells a wrong time in the Date header",
  faces: BOTH,
  parameters: { offset: offset("How far off, such as 20m or -20m") },
  act: ({ offset }) => ({
    spoil: (reply, { request }) => withHeader(reply, "date", new Date(request.at + parseOffset(offset)).toUTCString()),
  }),
});
