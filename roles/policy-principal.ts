// Whom does a policy of a resource or a role's trust policy speak of? Its Principal or NotPrincipal.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

import { ACCOUNT_ID, parseArn } from "./arn.ts";
import { didYouMean } from "./did-you-mean.ts";
import { isObject, listOf } from "./json.ts";
import { MALFORMED, MalformedPolicy, type PolicyPath } from "./malformed-policy.ts";

/** `*`, or a type and a name: `Service:ec2.amazonaws.com`, `Account:123456789012`, `AWS:arn:aws:iam::…:user/alice`. */
export type PrincipalName = string;

/** Of a statement: those who are listed in its Principal, or all but those in its NotPrincipal. */
export interface Principals {
  readonly listed: ReadonlySet<PrincipalName>;
  readonly negated: boolean;
}

export const EVERYONE: PrincipalName = "*";

type Reader = (value: string) => PrincipalName | undefined;

const UNIQUE_ID = /^A(IDA|ROA)[A-Z0-9]{17}$/;
const SERVICE = /^([a-z0-9-]+\.)+(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com|aws)$/i;

/** A service's name in one spelling; China's regions know most services under two. */
export const serviceName = (service: string): PrincipalName =>
  `Service:${service.toLowerCase().replace(/\.amazonaws\.com\.cn$/, ".amazonaws.com")}`;

/** An account's id and its root ARN are the same. A part of a name is never a wildcard. */
const readAws: Reader = (value) => {
  if (value === "*") return EVERYONE;
  if (ACCOUNT_ID.test(value)) return `Account:${value}`;
  if (UNIQUE_ID.test(value)) return `AWS:${value}`;
  const arn = parseArn(value);
  if (!arn || /[*?]/.test(value)) return undefined;
  return arn.service === "iam" && arn.resource === "root" ? `Account:${arn.accountId}` : `AWS:${value}`;
};

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["AWS", readAws],
  ["Service", (value) => (value === "*" || SERVICE.test(value) ? serviceName(value) : undefined)],
  ["Federated", (value) => `Federated:${value}`],
  ["CanonicalUser", (value) => `CanonicalUser:${value}`],
]);

/** The names that a Principal element lists. */
export function parsePrincipals(element: unknown, path: PolicyPath): ReadonlySet<PrincipalName> {
  if (element === "*") return new Set([EVERYONE]);
  if (!isObject(element) || Object.keys(element).length === 0) {
    throw new MalformedPolicy(
      MALFORMED.syntax,
      path,
      'must be "*" or a mapping such as {"Service": "ec2.amazonaws.com"}',
    );
  }
  const names = Object.entries(element).flatMap(([type, values]) => {
    const read = READERS.get(type);
    if (!read) {
      const detail = `there is no type of principal "${type}"${didYouMean(type, READERS.keys())}`;
      throw new MalformedPolicy(MALFORMED.syntax, [...path, type], detail);
    }
    return listOf(values).map((value) => {
      const name = typeof value === "string" ? read(value) : undefined;
      if (name) return name;
      const message = `Invalid principal in policy: "${type.toUpperCase()}":"${value}"`;
      throw new MalformedPolicy(message, [...path, type], `there is no ${type} principal "${value}"`);
    });
  });
  return new Set(names);
}
