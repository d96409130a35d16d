// Which services are there, and how does each differ? All that the steps ask of a service is in its row here.

import { base32 } from "../entropy/base32.ts";
import { uuid } from "../entropy/random.ts";
import { type HttpRequest, header } from "../network/message.ts";
import type { BoundOperation, Service } from "./exchange.ts";
import { queryProtocol } from "./query-protocol.ts";
import { QUERY_REFUSALS } from "./refusals/query.ts";
import { S3_REFUSALS } from "./refusals/s3.ts";
import { restProtocol } from "./rest-protocol.ts";
import type { S3Operation, S3Parts } from "./s3/operation.ts";
import { getCallerIdentity } from "./sts/get-caller-identity.ts";
import { loadModel } from "./wire/model.ts";

/** STS has a global endpoint in us-east-1 beside the regional ones, and here both are one. */
export function stsService(): Service {
  return {
    name: "sts",
    protocol: queryProtocol(() => loadModel("sts")),
    wording: QUERY_REFUSALS,
    operations: { GetCallerIdentity: getCallerIdentity },
    signingRegion: (own, claimed) => (claimed === "us-east-1" ? claimed : own),
    newIds: (entropy) => ({ requestId: uuid(entropy) }),
  };
}

/** `operations` are those of S3, and `parts` what they work with. */
export function s3Service(operations: Readonly<Record<string, S3Operation>>, parts: S3Parts): Service {
  const bound = Object.entries(operations).map(([name, operation]): [string, BoundOperation] => [
    name,
    {
      permissions: (call) => operation.permissions(call, parts.state()),
      act: (call) => operation.act(call, parts),
    },
  ]);
  return {
    name: "s3",
    protocol: restProtocol(() => loadModel("s3")),
    wording: S3_REFUSALS,
    operations: Object.fromEntries(bound),
    signingRegion: (own) => own,
    newIds(entropy) {
      const bytes = entropy.bytes(58);
      return { requestId: base32(bytes.subarray(0, 10)), hostId: bytes.toString("base64", 10) };
    },
  };
}

/**
 * The service that an unsigned request is for: STS by its host or its form, else S3. A signed one says it itself, in the scope of
 * its credential, so that all services can share a port.
 */
export function unsignedServiceName({ method, target, rawHeaders }: HttpRequest): "sts" | "s3" {
  if (header(rawHeaders, "host")?.startsWith("sts.")) return "sts";
  const isForm = header(rawHeaders, "content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  if (method === "POST" && isForm && /^\/(\?|$)/.test(target)) return "sts";
  return /^\/\?(.*&)?Action=/.test(target) ? "sts" : "s3";
}
