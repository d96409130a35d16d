// An account behind a socket, in memory: IAM as AWS's own SDK for JavaScript meets it. Time stands where a test puts it.

import { IAM } from "@aws-sdk/client-iam";
import { createAwsApi } from "../../../aws-api/front-door.ts";
import { machineTime } from "../../../clock/real-time.ts";
import { secretKey } from "../../../entropy/hash.ts";
import { seededEntropy } from "../../../entropy/random.ts";
import { commit } from "../../../journal/commit.ts";
import { memoryJournal } from "../../../journal/memory-journal.ts";
import { awsFace } from "../../../network/faces.ts";
import { listen } from "../../../network/listener.ts";
import { identitiesConfiguration } from "../../../roles/configuration.ts";
import { foldIdentityChanges, type IdentitiesChanged } from "../../../roles/events.ts";
import { identitiesFrom } from "../../../roles/identities.ts";
import type { Identities } from "../../../roles/model.ts";
import { userAccessKeys } from "../../../signing/access-keys.ts";
import { S3World } from "../s3/world.ts";
import { type Credentials, ROLE, rotator, unusedEc2 } from "../world.ts";

export const AT = Date.parse("2026-11-24T12:00:00Z");
export const DATE = new Date(AT);
export const ACCOUNT = "123456789012";
export const arn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;

export const allow = (Action: string | string[], Resource: string | string[] = "*", Condition?: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) }],
  });
export const trust = (Principal: object = { Service: "ec2.amazonaws.com" }) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] });

export const ADMIN: Credentials = {
  accessKeyId: "AKIAADMINADMINADMIN2",
  secretAccessKey: "admin/admin/admin/admin/admin/admin/admi",
};

/** The administrator of the account; others are made by the tests. */
const admin = {
  managedPolicies: ["AdministratorAccess"],
  accessKeys: [{ id: ADMIN.accessKeyId, secret: ADMIN.secretAccessKey }],
};

export interface IamWorld {
  /** The instant of the requests to come. */
  at: number;
  identities(): Identities;
  readonly events: readonly IdentitiesChanged[];
  /** Actions that were asked for, as `CreateUser`. */
  readonly asked: Set<string>;
  as(credentials: Credentials): IAM;
  readonly admin: IAM;
  /** A user with this inline policy, and a client with its key. */
  userWith(name: string, policy: string): Promise<IAM>;
  close(): Promise<void>;
}

export async function startIam(
  configuration: { readonly users?: object; readonly [section: string]: unknown } = {},
): Promise<IamWorld> {
  const masterKey = secretKey(Buffer.alloc(32, 7));
  const accessKeyFor = userAccessKeys(masterKey, ACCOUNT);
  const checked = identitiesConfiguration.parse({ ...configuration, users: { ...configuration.users, admin } });
  let identities = identitiesFrom({ ...checked, region: "us-east-1" }, { at: AT, accessKeyFor });
  const journal = memoryJournal<IdentitiesChanged>();
  const events: IdentitiesChanged[] = [];
  journal.follow(0, ({ event }) => {
    events.push(event);
    identities = foldIdentityChanges(identities, event.changes);
  });
  const defects: unknown[] = [];
  const asked = new Set<string>();
  const handle = createAwsApi({
    region: "us-east-1",
    entropy: seededEntropy("iam"),
    masterKey,
    identities: () => identities,
    rotator,
    iam: {
      commit: (decide) => commit(journal, () => decide(identities)),
      accessKeyFor,
      entropy: seededEntropy("seeds"),
    },
    ec2: unusedEc2,
    s3: new S3World().parts,
    reportDefect: (error) => defects.push(error),
  });
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    face: awsFace,
    handle,
    stamp: () => ({ at: world.at, realAt: Date.now() }),
    wait: machineTime.wait,
    onFailure: (error) => defects.push(error),
  });
  const clients: IAM[] = [];
  const as = (credentials: Credentials) => {
    const endpoint = `http://127.0.0.1:${listener.port}`;
    const client = new IAM({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
    client.middlewareStack.add((next, { commandName = "" }) => (given) => {
      asked.add(commandName.replace(/Command$/, ""));
      return next(given);
    });
    clients.push(client);
    return client;
  };
  const administrator = as(ADMIN);
  const world: IamWorld = {
    at: AT,
    identities: () => identities,
    events,
    asked,
    as,
    admin: administrator,
    async userWith(UserName, PolicyDocument) {
      await administrator.createUser({ UserName });
      await administrator.putUserPolicy({ UserName, PolicyName: "own", PolicyDocument });
      const { AccessKey } = await administrator.createAccessKey({ UserName });
      return as({
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      });
    },
    async close() {
      for (const client of clients) client.destroy();
      await listener.close();
      if (defects.length > 0) throw new AggregateError(defects, "there were defects");
    },
  };
  return world;
}

/** The credentials of the one session that there is: of the role `mybucket-access` at `/apps/`, where the account has it. */
export const ROLE_SESSION = ROLE;

/** How a call was refused. */
export async function refusal(call: Promise<unknown>): Promise<[code: string, status: number, message: string]> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode ?? 0, message];
  }
  throw new Error("the call was not refused");
}

/** The answer without what the SDK adds. */
export function answer<Output extends object>({ $metadata: _, ...output }: Output & { $metadata?: unknown }) {
  return output;
}
