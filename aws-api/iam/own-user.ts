// Which user is meant where a name may be left out? Then it is who signed.

import { entityArn } from "../../roles/arn.ts";
import type { Identities, User } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { validationError } from "./errors.ts";
import { inputOf } from "./operation.ts";
import { userOf } from "./users.ts";

function nameOf(call: Call): string | undefined {
  const { UserName } = inputOf<Members & { readonly UserName?: string }>(call);
  return UserName ?? (call.principal.kind === "user" ? call.principal.userName : undefined);
}

/** @throws AwsError NoSuchEntity, or ValidationError where who signed is no user */
export function ownOrNamedUser(call: Call, identities: Identities): User {
  const name = nameOf(call);
  if (name === undefined) throw validationError("Must specify userName when calling with non-User credentials");
  return userOf(identities, name);
}

/** What must be allowed is asked before that: a user that is not there is one without a path. */
export function ownOrNamedUserArn(call: Call, identities: Identities): string {
  const name = nameOf(call) ?? "*";
  return identities.users.get(name)?.arn ?? entityArn(identities, "user", "/", name);
}
