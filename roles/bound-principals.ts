// Who is meant by a policy that names users and roles? Those who have the name when the policy is put: IAM keeps their unique ids, so that
// a namesake who comes later is not trusted, and shows the id where its holder is gone.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-users

import { parseArn } from "./arn.ts";
import { isObject, listOf } from "./json.ts";
import type { Identities, ResourcePolicy } from "./model.ts";

type Named = ReadonlyMap<string, { readonly arn: string; readonly id: string }>;

/** Those who may be meant. */
export interface Bindable {
  readonly users: Named;
  readonly roles: Named;
}

const everyone = ({ users, roles }: Bindable) => [...users.values(), ...roles.values()];

/** The user or role of the account with this ARN. */
function holderOf({ users, roles }: Bindable, arn: string) {
  const resource = parseArn(arn)?.resource ?? "";
  const name = resource.slice(resource.lastIndexOf("/") + 1);
  return [users.get(name), roles.get(name)].find((each) => each?.arn === arn);
}

/** The AWS principals that a document names; `document` is known to be a policy. */
function namedIn(document: string): string[] {
  const { Statement } = JSON.parse(document) as { Statement?: unknown };
  return listOf(Statement).flatMap((statement) => {
    const { Principal, NotPrincipal } = statement as Record<string, unknown>;
    const element = Principal ?? NotPrincipal;
    return isObject(element) ? listOf(element.AWS ?? []).filter((each) => typeof each === "string") : [];
  });
}

/** The policy with the ids of those whom it names. */
export function bindPrincipals(document: string, account: Bindable): ResourcePolicy {
  const bound = namedIn(document).flatMap((named) => {
    const holder = holderOf(account, named);
    return holder ? [[named, holder.id] as const] : [];
  });
  return { document, principalIds: Object.fromEntries(bound) };
}

const UNIQUE_ID = /^A(IDA|ROA)[A-Z0-9]{17}$/;

/** The AWS principals of the account that a document names and that are not there, by ARN or by unique id: IAM refuses these. */
export function unknownPrincipals(document: string, { accountId, ...account }: Identities): string[] {
  return namedIn(document).filter((named) => {
    if (UNIQUE_ID.test(named)) return !everyone(account).some(({ id }) => id === named);
    const arn = parseArn(named);
    const isEntity = arn?.service === "iam" && /^(user|role)\//.test(arn.resource);
    return isEntity && arn.accountId === accountId && !holderOf(account, named);
  });
}

/** The text as IAM shows it: with the ARN that each one has now, or the id of who is gone. */
export function shownDocument({ document, principalIds }: ResourcePolicy, account: Bindable): string {
  const moved = Object.entries(principalIds).filter(([arn, id]) => holderOf(account, arn)?.id !== id);
  return moved.reduce((text, [arn, id]) => {
    const renamed = everyone(account).find((each) => each.id === id);
    return text.replaceAll(JSON.stringify(arn), JSON.stringify(renamed?.arn ?? id));
  }, document);
}
