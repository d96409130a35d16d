// A small world for the front door's tests: one user, one role with a session, and S3 operations that only show what they were
// given. Requests are signed by AWS's own signer (@smithy/signature-v4).

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Ec2Parts } from "../../aws-api/ec2/operation.ts";
import { type AwsApiParts, createAwsApi } from "../../aws-api/front-door.ts";
import type { IamParts } from "../../aws-api/iam/operation.ts";
import type { S3Operation } from "../../aws-api/s3/operation.ts";
import { secretKey } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../../network/message.ts";
import { identitiesFrom } from "../../roles/identities.ts";
import type { InstanceRoleSession } from "../../signing/session.ts";

export const AT = Date.parse("2026-11-24T12:00:00Z");
export const ACCOUNT = "123456789012";

const statement = (Effect: string, Action: string | string[], Resource: string, Condition?: object) => ({
  Effect,
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

export const identities = identitiesFrom(
  {
    region: "us-east-1",
    policies: { NoSecrets: policy(statement("Deny", "s3:GetObject", "arn:aws:s3:::mybucket/managed/*")) },
    roles: {
      "mybucket-access": {
        path: "/apps/",
        trust: "ec2.amazonaws.com",
        managedPolicies: ["NoSecrets"],
        policies: {
          rw: policy(
            statement("Allow", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::mybucket/*"),
            statement("Allow", "s3:ListBucket", "arn:aws:s3:::mybucket"),
            statement("Deny", "s3:GetObject", "arn:aws:s3:::mybucket/inline/*"),
            statement("Allow", "s3:GetObject", "arn:aws:s3:::*/from-imds-v2", {
              NumericEquals: { "ec2:RoleDelivery": "2.0" },
              ArnLike: { "ec2:SourceInstanceARN": "arn:aws:ec2:*:*:instance/i-0*" },
              StringEquals: { "s3:authType": "REST-HEADER" },
            }),
          ),
        },
      },
    },
    users: {
      alice: {
        managedPolicies: ["AdministratorAccess"],
        accessKeys: [{ id: "AKIAALICEALICEALICE1", secret: "alice-secret" }],
      },
      idle: { accessKeys: [{ id: "AKIAIDLEIDLEIDLEIDL1", secret: "idle-secret" }] },
    },
  },
  { at: AT, accessKeyFor: () => ({ accessKeyId: "AKIA", secretAccessKey: "" }) },
);

/** The same account after its role was deleted and made again under another id. */
export const identitiesWithNewRole = {
  ...identities,
  roles: new Map([["mybucket-access", { ...roleOf(), id: "AROAANOTHERROLEXXXXXX" }]]),
};

function roleOf() {
  const role = identities.roles.get("mybucket-access");
  if (!role) throw new Error("the world has lost its role");
  return role;
}

export const session: InstanceRoleSession = {
  kind: "instance-role",
  accountId: ACCOUNT,
  roleName: "mybucket-access",
  roleId: roleOf().id,
  roleArn: roleOf().arn,
  sessionName: "i-0123456789abcdef0",
  associationId: "iip-assoc-0123456789abcdef0",
  delivery: "2.0",
  issuedAt: AT - 3_600_000,
  expiresAt: AT + 3_600_000,
  forcedRotations: 0,
  sourceInstanceArn: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0123456789abcdef0`,
  sourceVpcId: "vpc-0123456789abcdef0",
  sourcePrivateIpv4: "10.0.0.10",
};

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
export const ALICE: Credentials = { accessKeyId: "AKIAALICEALICEALICE1", secretAccessKey: "alice-secret" };
export const IDLE: Credentials = { accessKeyId: "AKIAIDLEIDLEIDLEIDL1", secretAccessKey: "idle-secret" };
export const ROLE: Credentials = {
  accessKeyId: "ASIAROLEROLEROLEROL1",
  secretAccessKey: "role-secret",
  sessionToken: "token-of-the-role==",
};

export const masterKey = secretKey(Buffer.alloc(32, "front door"));

/** Opens the one session. */
export const rotator: AwsApiParts["rotator"] = {
  roleName: () => undefined,
  expiresAt: () => undefined,
  hasDelivered: () => false,
  isReal: () => false,
  profile: () => undefined,
  identify: () => undefined,
  deliverToContainer: () => undefined,
  identifiedAt: (_instance, at) => at,
  deliver: () => undefined,
  open: (accessKeyId, sessionToken) =>
    accessKeyId === ROLE.accessKeyId && sessionToken === ROLE.sessionToken
      ? { session, secretAccessKey: ROLE.secretAccessKey }
      : "tampered",
  issue: () => Promise.reject(new Error("nothing is given out here")),
  announcements: () => [],
  nextAnnouncementAt: () => undefined,
};

const onKey = (action: string): S3Operation["permissions"] => {
  return ({ input }) => [{ action, resource: `arn:aws:s3:::${input.Bucket}/${input.Key}` }];
};

/** S3 operations that answer with what they were given. */
export const s3Operations: Record<string, S3Operation> = {
  ListBuckets: {
    permissions: () => [{ action: "s3:ListAllMyBuckets", resource: "arn:aws:s3:::*" }],
    act: () => ({ output: { Buckets: [{ Name: "mybucket", CreationDate: AT }], Owner: { ID: "owner" } } }),
  },
  HeadBucket: {
    permissions: ({ input }) => [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${input.Bucket}` }],
    act: ({ region }) => ({ output: { BucketRegion: region } }),
  },
  GetObject: {
    permissions: onKey("s3:GetObject"),
    act: ({ input }) => {
      if (input.Key === "defect") throw new Error("a secret of ours");
      const text = `${input.Bucket}/${input.Key}`;
      return { output: { Body: Buffer.from(text), ContentLength: text.length, ContentType: "text/plain" } };
    },
  },
  PutObject: {
    permissions: onKey("s3:PutObject"),
    async act({ input, trailers }) {
      let text = "";
      for await (const piece of input.Body as AsyncIterable<Uint8Array>) text += Buffer.from(piece).toString();
      const seen = [text, input.ContentLength, input.ContentEncoding, ...[...trailers].flat()];
      return { output: { ETag: JSON.stringify(seen) } };
    },
  },
  DeleteObjects: {
    permissions: () => [],
    act: ({ input, payload, may }) => ({
      output: {
        Deleted: (input.Delete as { Objects: { Key: string }[] }).Objects.map(({ Key }) => ({
          Key,
          VersionId: String(may({ action: "s3:DeleteObject", resource: `arn:aws:s3:::${input.Bucket}/${Key}` })),
          DeleteMarkerVersionId: String(payload.length),
        })),
      },
    }),
  },
};

/** EC2 for those who do not call it. */
export const unusedEc2 = {} as Ec2Parts;

/** IAM for those who do not call it. */
export const unusedIam: IamParts = {
  commit: () => Promise.reject(new Error("nothing is kept here")),
  accessKeyFor: () => ({ accessKeyId: "AKIA", secretAccessKey: "" }),
  entropy: seededEntropy("iam"),
};

/** The front door before the operations above; a defect fails the test unless `changed` says otherwise. */
export function frontDoor(changed: Partial<AwsApiParts> = {}): HttpHandler {
  const parts: AwsApiParts = {
    region: "us-east-1",
    entropy: seededEntropy("front door"),
    masterKey,
    identities: () => identities,
    rotator,
    iam: unusedIam,
    ec2: unusedEc2,
    s3: { state: () => ({}), commit: () => Promise.reject(new Error("nothing is kept here")), blobs: {} } as never,
    reportDefect: (error, step) => {
      throw new Error(`a defect in ${step}`, { cause: error });
    },
    ...changed,
  };
  return createAwsApi(parts, { s3: s3Operations });
}

export interface Draft {
  readonly service?: string;
  readonly region?: string;
  readonly method?: string;
  /** Path and query, as on the wire. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credentials?: Credentials;
  readonly signedAt?: number;
  /** When it comes. */
  readonly at?: number;
  readonly presigned?: boolean;
  /** Changes what was signed. */
  readonly tamper?: (request: Sent) => Sent;
}
interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The body of a request, which tells whether anyone has read it. */
export interface WatchedBody extends AsyncIterable<Uint8Array> {
  read: boolean;
}

export async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield Buffer.from(text);
}

export function httpRequest({ method, target, headers, body }: Sent, at = AT): HttpRequest & { body: WatchedBody } {
  const watched: WatchedBody = {
    read: false,
    [Symbol.asyncIterator]() {
      watched.read = true;
      return pieces(body);
    },
  };
  return {
    method,
    target,
    rawHeaders: Object.entries(headers).flat(),
    body: watched,
    at,
    realAt: at,
    remoteAddress: "10.0.0.10",
    remotePort: 50000,
    localAddress: "127.0.0.1",
    localPort: 4566,
  };
}

const UNSIGNED = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };

/** A request as an SDK signs it; `GET /mybucket/key` to S3 by the role unless the draft says otherwise. */
export async function signed(draft: Draft = {}): Promise<HttpRequest & { body: WatchedBody }> {
  const { service = "s3", region = "us-east-1", method = "GET", target = "/mybucket/key", body = "" } = draft;
  const { credentials = ROLE, at = AT, signedAt = at, tamper = (sent) => sent } = draft;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== "s3" });
  const [path = "", search = ""] = target.split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  const host = draft.headers?.host ?? "127.0.0.1:4566";
  const headers = { host, ...draft.headers };
  const unsigned = { method, protocol: "http:", hostname: host, path, query, headers, body };
  const signingDate = new Date(signedAt);
  const presignable = { ...unsigned, headers: { host, ...(service === "s3" && UNSIGNED) } };
  const result = draft.presigned
    ? await signer.presign(presignable, { signingDate, expiresIn: 60 })
    : await signer.sign(unsigned, { signingDate });
  const parameters = Object.entries(result.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  const sent = parameters.length === 0 ? path : `${path}?${parameters.join("&")}`;
  return httpRequest(tamper({ method, target: sent, headers: { ...result.headers }, body }), at);
}

/** A form of STS. */
export const form = (draft: Draft = {}): Draft => ({
  service: "sts",
  method: "POST",
  target: "/",
  body: "Action=GetCallerIdentity&Version=2011-06-15",
  ...draft,
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...draft.headers },
});

export async function text({ body }: HttpReply): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const all: Uint8Array[] = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all).toString();
}
