// Which services are there, and how does each differ? All that the steps ask of a service is in its row here.

import { base32 } from "../entropy/base32.ts";
import { uuid } from "../entropy/random.ts";
import { type HttpRequest, header } from "../network/message.ts";
import type { Ec2Parts } from "./ec2/operation.ts";
import type { BoundOperation, Service, World } from "./exchange.ts";
import type { IamParts } from "./iam/operation.ts";
import type { LastUses } from "./last-uses.ts";
import { ec2Protocol, queryProtocol } from "./query-protocol.ts";
import { EC2_REFUSALS } from "./refusals/ec2.ts";
import { QUERY_REFUSALS, STS_REFUSALS } from "./refusals/query.ts";
import { S3_REFUSALS } from "./refusals/s3.ts";
import { restProtocol } from "./rest-protocol.ts";
import type { S3Operation, S3Parts } from "./s3/operation.ts";
import type { DiscoverKeys } from "./sts/provider-keys.ts";
import { loadModel, type ServiceName } from "./wire/model.ts";

/** What the services work with. */
export interface ServiceParts {
  readonly iam: IamParts;
  readonly ec2: Ec2Parts;
  readonly s3: S3Parts;
  /** How STS asks an identity provider for its keys; without it none is asked. */
  readonly discoverKeys?: DiscoverKeys;
}

/** Operations that stand in for a service's own. */
export interface OwnOperations {
  readonly s3?: Readonly<Record<string, S3Operation>>;
}

interface Row extends Omit<Service, "name" | "protocol" | "operations"> {
  readonly name: ServiceName;
  readonly protocol: keyof typeof PROTOCOLS;
  operations(): Promise<Service["operations"]>;
}

/** By name. The operations of a service are loaded, and its model is read, when it is first called. */
export function awsServices(
  parts: ServiceParts & World,
  lastUses: LastUses,
  own: OwnOperations,
): ReadonlyMap<string, () => Promise<Service>> {
  const iamParts = { ...parts.iam, remembered: { lastUses } };
  const rows: readonly Row[] = [
    {
      name: "sts",
      protocol: "query",
      wording: STS_REFUSALS,
      operations: async () => (await import("./sts/operations.ts")).stsService(parts),
      // A global endpoint in us-east-1 beside the regional ones, and here both are one.
      signingRegion: (region, claimed) =>
        claimed === "us-east-1" || claimed === wholePartition(region) ? claimed : region,
      newIds: queryIds,
    },
    {
      name: "iam",
      protocol: "query",
      wording: QUERY_REFUSALS,
      operations: async () => (await import("./iam/operations.ts")).iamService(iamParts, () => parts.identities()),
      // Clients that were given an endpoint sign for their own region, and do not know that IAM has another one.
      signingRegion: (region, claimed) =>
        claimed === region || claimed === wholePartition(region) ? claimed : globalRegion(region),
      newIds: queryIds,
    },
    {
      name: "ec2",
      protocol: "ec2",
      wording: EC2_REFUSALS,
      operations: async () => (await import("./ec2/operations.ts")).ec2Service(parts.ec2),
      signingRegion: (region) => region,
      newIds: queryIds,
    },
    {
      name: "s3",
      protocol: "rest",
      wording: S3_REFUSALS,
      operations: async () => bindS3(own.s3 ?? (await import("./s3/operations.ts")).s3Operations, parts.s3),
      signingRegion: (region) => region,
      newIds(entropy) {
        const bytes = entropy.bytes(58);
        return { requestId: base32(bytes.subarray(0, 10)), hostId: bytes.toString("base64", 10) };
      },
    },
  ];
  return new Map(
    rows.map(({ operations, ...row }) => [
      row.name,
      async () => ({
        ...row,
        protocol: PROTOCOLS[row.protocol](() => loadModel(row.name)),
        operations: await operations(),
      }),
    ]),
  );
}

const PROTOCOLS = { query: queryProtocol, ec2: ec2Protocol, rest: restProtocol } as const;

const queryIds: Service["newIds"] = (entropy) => ({ requestId: uuid(entropy) });

/**
 * The name that means no region of a partition, but all of it. SDKs turn it into the region of AWS's own endpoint; where they are given another
 * endpoint, that for Java signs with it as it is, so that AWS would refuse it. Here a program whose endpoint alone was changed goes on.
 */
const wholePartition = (region: string): string => {
  if (region.startsWith("cn-")) return "aws-cn-global";
  return region.startsWith("us-gov-") ? "aws-us-gov-global" : "aws-global";
};

/** IAM has one endpoint a partition, which is in this region. https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const globalRegion = (region: string): string => {
  if (region.startsWith("cn-")) return "cn-north-1";
  return region.startsWith("us-gov-") ? "us-gov-west-1" : "us-east-1";
};

function bindS3(operations: Readonly<Record<string, S3Operation>>, parts: S3Parts): Service["operations"] {
  const bound = Object.entries(operations).map(([name, operation]): [string, BoundOperation] => [
    name,
    {
      permissions: (call) => operation.permissions(call, parts.state()),
      act: (call) => operation.act(call, parts),
    },
  ]);
  return Object.fromEntries(bound);
}

/**
 * The service that an unsigned request is for: STS and EC2 by their hosts, STS by its form, too, else S3. A signed one says it itself, in the scope of
 * its credential, so that all services can share a port.
 */
export function unsignedServiceName({ method, target, rawHeaders }: HttpRequest): string {
  const [, named] = /^(sts|ec2)\./.exec(header(rawHeaders, "host") ?? "") ?? [];
  if (named !== undefined) return named;
  const isForm = header(rawHeaders, "content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  if (method === "POST" && isForm && /^\/(\?|$)/.test(target)) return "sts";
  return /^\/\?(.*&)?Action=/.test(target) ? "sts" : "s3";
}
