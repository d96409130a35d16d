// How is a request of the log explained, or one that might be, on a simulation in this process?

import type { Asked } from "./aws-api/asked.ts";
import { explainAsked } from "./aws-api/explain-asked.ts";
import { policyFor } from "./aws-api/s3/public-policy.ts";
import type { S3State } from "./aws-api/s3/state.ts";
import { ControlError } from "./control/controls.ts";
import { type ExplanationQuery, type ExplanationReport, explanationQuery } from "./control/explanation.ts";
import { parsed } from "./control/parse.ts";
import type { RequestLog } from "./control/request-log.ts";
import { entryOf, type RequestRecord } from "./control/request-record.ts";
import { parseArn } from "./roles/arn.ts";
import { requestContext, withKeys } from "./roles/context.ts";
import { explain } from "./roles/explain.ts";
import type { Identities, Principal } from "./roles/model.ts";
import { principalOfArn } from "./roles/principal.ts";
import { TRUSTS_NOBODY } from "./roles/trust.ts";
import type { Simulator } from "./simulator.ts";

/** ControlError where there is no such request or principal, or the query makes no sense. */
export function explained(simulator: Simulator, written: ExplanationQuery): ExplanationReport {
  const query: ExplanationQuery = parsed(explanationQuery, written);
  const { request, principal, action, resource, context } = query;
  const hypothetical = [principal, action, resource, context].some((each) => each !== undefined);
  if (request !== undefined && hypothetical)
    throw new ControlError(400, "give a request, or a principal and an action");
  return hypothetical
    ? explainQuestion(simulator, query)
    : explainRecord(simulator, findRecord(simulator.log, request));
}

function explainRecord({ world }: Simulator, record: RequestRecord): ExplanationReport {
  const { asked, at, sourceAddress: sourceIp, userAgent } = record;
  const requestedRegion = world.instances.region;
  const circumstances = { at, sourceIp, userAgent, requestedRegion };
  return {
    request: entryOf(record),
    explanations: asked ? explainAsked(asked as Asked, circumstances) : [],
  };
}

function findRecord(log: RequestLog, wanted: string | number | undefined): RequestRecord {
  if (wanted !== undefined && /^\d+$/.test(String(wanted))) {
    const record = log.record(Number(wanted));
    if (record) return record;
    const kept = log.total === 0 ? "none yet" : `${log.dropped + 1} to ${log.total}`;
    throw new ControlError(404, `there is no request ${wanted} in the log; it has ${kept}`);
  }
  const isWanted = (asked: Asked) =>
    wanted === undefined ? asked.refused !== undefined : asked.requestId.toLowerCase() === String(wanted).toLowerCase();
  for (let sequence = log.total; sequence > log.dropped; sequence--) {
    const record = log.record(sequence);
    if (record?.asked && isWanted(record.asked as Asked)) return record;
  }
  const what = wanted === undefined ? "no policy has refused a request" : `no request has the id "${wanted}"`;
  throw new ControlError(404, `${what} among those that the log keeps`);
}

function explainQuestion({ world, clock }: Simulator, query: ExplanationQuery): ExplanationReport {
  const { principal: arn, action, resource = "*", context: keys = {} } = query;
  if (arn === undefined || action === undefined) throw new ControlError(400, "needs both a principal and an action");
  const identities = world.identities as Identities;
  const principal = principalOfArn(identities, arn);
  if (!principal) throw new ControlError(404, `there is no user, role or session "${arn}" in the account`);
  const at = clock.now();
  const facts = { at, sourceIp: "127.0.0.1", secureTransport: true, requestedRegion: world.instances.region };
  const session = isSession(principal) ? { session: { issuedAt: at } } : {};
  const given = Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, [values].flat()]));
  const context = withKeys(requestContext(identities, principal, { ...facts, ...session }), given);
  const question = { identities, principal, action, resource, context };
  const ofResource = trustOf(identities, action, resource) ?? bucketPolicyOf(world.s3, principal, resource);
  return { explanations: [explain({ ...question, ...ofResource })] };
}

const isSession = ({ kind }: Principal) => kind === "assumed-role" || kind === "federated-user";

/** Whether a role may be assumed its trust policy decides, too. */
function trustOf({ roles }: Identities, action: string, resource: string) {
  if (!/^sts:AssumeRole/i.test(action) || resource.includes("*")) return;
  const role = roles.get(resource.slice(resource.lastIndexOf("/") + 1));
  const resourcePolicy = role?.arn === resource ? role.trustPolicy : TRUSTS_NOBODY;
  return { resourcePolicy, resourcePolicyKind: "trust" as const };
}

/** Of a bucket, or of what lies in it, the policy of the bucket does. */
function bucketPolicyOf({ buckets }: S3State, principal: Principal, resource: string) {
  const { service, resource: place = "" } = parseArn(resource) ?? {};
  const bucket = service === "s3" ? buckets.get(place.split("/", 1)[0] as string) : undefined;
  return bucket && { resourcePolicy: policyFor(principal, bucket.settings) };
}
