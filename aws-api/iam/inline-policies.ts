// What is there to do with the policies that belong to one user, group or role alone?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html

import { INLINE_POLICY_SIZE, policySize } from "../../roles/limits.ts";
import type { InlinePolicy } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { limitExceeded, noSuchEntity } from "./errors.ts";
import { changeableIn, entityIn, GRANTEES, type GranteeKind, type Kind, named } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";
import { page } from "./page.ts";
import { checkedDocument, shownText } from "./policy-documents.ts";

interface InlineInput extends Members {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

function findIn(call: Call, { noun }: Kind, policies: readonly InlinePolicy[]): InlinePolicy {
  const { PolicyName } = inputOf<InlineInput>(call);
  const found = policies.find(({ name }) => name === PolicyName);
  if (!found) throw noSuchEntity(`The ${noun} policy with name ${PolicyName} cannot be found.`);
  return found;
}

/** All policies of a holder together have one limit. @throws AwsError LimitExceeded */
function checkSize(policies: readonly InlinePolicy[], { noun }: Kind, holder: string): void {
  const limit = INLINE_POLICY_SIZE[noun as keyof typeof INLINE_POLICY_SIZE];
  const size = policies.reduce((total, { document }) => total + policySize(document), 0);
  if (size > limit) throw limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${noun} ${holder}`);
}

function operationsOf(kind: GranteeKind): Readonly<Record<string, IamOperation>> {
  const { title, section } = kind;
  const resource = named(kind);
  return {
    [`Put${title}Policy`]: changes(resource, (call, identities) => {
      const holder = changeableIn(kind, call, identities);
      const { PolicyName: name, PolicyDocument } = inputOf<InlineInput>(call);
      const policy = { name, document: checkedDocument(PolicyDocument, "identity") };
      const kept = holder.inlinePolicies.filter((each) => each.name !== name);
      const inlinePolicies = [...kept, policy];
      checkSize(inlinePolicies, kind, holder.name);
      return { changes: [put(section, holder.name, { ...holder, inlinePolicies })] };
    }),
    [`Get${title}Policy`]: reads(resource, (call, identities) => {
      const holder = entityIn(kind, call, identities);
      const { name, document } = findIn(call, kind, holder.inlinePolicies);
      return { [`${title}Name`]: holder.name, PolicyName: name, PolicyDocument: shownText(document) };
    }),
    [`List${title}Policies`]: reads(resource, (call, identities) => {
      const names = entityIn(kind, call, identities).inlinePolicies.map(({ name }) => name);
      return page(call, "PolicyNames", names, String, String);
    }),
    [`Delete${title}Policy`]: changes(resource, (call, identities) => {
      const holder = changeableIn(kind, call, identities);
      const gone = findIn(call, kind, holder.inlinePolicies);
      const inlinePolicies = holder.inlinePolicies.filter((each) => each !== gone);
      return { changes: [put(section, holder.name, { ...holder, inlinePolicies })] };
    }),
  };
}

export const inlinePolicyOperations: Readonly<Record<string, IamOperation>> = Object.assign(
  {},
  ...GRANTEES.map(operationsOf),
);
