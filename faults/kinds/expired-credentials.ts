// What comes is already worthless.

import { parseDuration } from "../../clock/duration.ts";
import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { readExpired } from "../reading-times.ts";
import { duration } from "../values.ts";

export const expiredCredentials = faultKind({
  name: "expired-credentials",
  summary: "serves a set that has already expired",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: { by: duration("At least how long ago; 1s unless given").exactOptional() },
  act: ({ by = "1s" }) => ({ credentials: (rotator) => readExpired(rotator, parseDuration(by)) }),
});
