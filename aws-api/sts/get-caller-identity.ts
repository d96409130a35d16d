// Who am I? The one call that nobody is ever denied, which is why everybody tries their credentials with it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html

import type { Answer, Call } from "../call.ts";

export const getCallerIdentity = {
  permissions: () => [],
  act({ principal }: Call): Answer {
    if (principal.kind === "anonymous") throw new TypeError("an unsigned request got through to GetCallerIdentity");
    return { output: { UserId: principal.userId, Account: principal.accountId, Arn: principal.arn } };
  },
};
