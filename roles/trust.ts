// Whom does a role trust? Its trust policy decides who may assume it, EC2 on behalf of an instance among them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html

import type { Context } from "./context.ts";
import type { PolicyDocument, ResourcePolicy, Role } from "./model.ts";
import { readPolicy } from "./policy.ts";
import { EVERYONE, type Principals, serviceName } from "./policy-principal.ts";

/**
 * Whether the trust policy lets an AWS service, such as `ec2.amazonaws.com`, assume the role, or give session tags as it does
 * (`sts:TagSession`); Deny wins.
 */
export function trusts(
  role: Role,
  servicePrincipal: string,
  context: Context,
  action: "sts:AssumeRole" | "sts:TagSession" = "sts:AssumeRole",
): boolean {
  const names = [EVERYONE, serviceName("*"), serviceName(servicePrincipal)];
  const speaking = readPolicy(role.trustPolicy.document, "trust").filter(
    ({ principals, hasAction, conditions }) =>
      isMeant(principals, names) && hasAction(action.toLowerCase()) && conditions.every(({ holds }) => holds(context)),
  );
  return speaking.length > 0 && speaking.every(({ effect }) => effect === "Allow");
}

const isMeant = (principals: Principals | undefined, names: readonly string[]) =>
  principals !== undefined && names.some((name) => principals.listed.has(name)) !== principals.negated;

const principalType = (name: string) => (/^(\d{12}$|arn:|\*$)/.test(name) ? "AWS" : "Service");

/** EKS Pod Identity gives its sessions tags. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
const actionsOf = (name: string) =>
  name === "pods.eks.amazonaws.com" ? ["sts:AssumeRole", "sts:TagSession"] : "sts:AssumeRole";

/** Stands in for the trust policy of a role that is not there: a policy needs a statement, and this one says nothing of assuming. */
export const TRUSTS_NOBODY: ResourcePolicy = {
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Deny", Principal: "*", Action: "sts:TagSession" },
  }),
  principalIds: {},
};

/** The trust policy that the console writes for services (`ec2.amazonaws.com`), accounts and ARNs. */
export function trustPolicyFor(trusted: readonly string[]): PolicyDocument {
  const statement = (name: string) => ({
    Effect: "Allow",
    Principal: { [principalType(name)]: name },
    Action: actionsOf(name),
  });
  return { Version: "2012-10-17", Statement: trusted.map(statement) };
}
