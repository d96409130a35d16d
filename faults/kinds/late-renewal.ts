// New credentials come later than they should.

import { parseDuration } from "../../clock/duration.ts";
import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { readAt } from "../reading-times.ts";
import { duration } from "../values.ts";

export const lateRenewal = faultKind({
  name: "late-renewal",
  summary: "serves each new set so much later than it is due",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: { by: duration("How much later, such as 5h58m") },
  act: ({ by }) => ({ credentials: (rotator) => readAt(rotator, (at) => at - parseDuration(by)) }),
});
