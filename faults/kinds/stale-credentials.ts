// The rotator has stopped: nothing new comes, and the old set runs out.

import { CREDENTIALS, faultKind, IMDS } from "../fault.ts";
import { readAt } from "../reading-times.ts";

export const staleCredentials = faultKind({
  name: "stale-credentials",
  summary: "never renews: serves the set that was in force when the fault began, past its expiry too",
  faces: IMDS,
  usual: CREDENTIALS,
  parameters: {},
  act: (_, beganAt) => ({ credentials: (rotator) => readAt(rotator, () => beganAt) }),
});
