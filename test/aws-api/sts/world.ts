// An account for the tests of STS, on a socket, with AWS's own SDK before it: users with keys, roles, a bucket, providers of web
// identities, MFA devices. Time stands where a test puts it.

import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Credentials, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createAwsApi } from "../../../aws-api/front-door.ts";
import type { DiscoverKeys } from "../../../aws-api/sts/provider-keys.ts";
import { machineTime } from "../../../clock/real-time.ts";
import { createRotator } from "../../../credential-rotator/create-rotator.ts";
import { NO_ROTATION } from "../../../credential-rotator/state.ts";
import { seededEntropy, systemEntropy } from "../../../entropy/random.ts";
import { createFleet } from "../../../instances/fleet.ts";
import { NO_INSTANCES } from "../../../instances/state.ts";
import { commit } from "../../../journal/commit.ts";
import { memoryJournal } from "../../../journal/memory-journal.ts";
import { awsFace } from "../../../network/faces.ts";
import { listen } from "../../../network/listener.ts";
import type { ExchangeFacts } from "../../../network/message.ts";
import { identitiesConfiguration } from "../../../roles/configuration.ts";
import { foldIdentityChanges, type IdentitiesChanged, type IdentityChange } from "../../../roles/events.ts";
import { identitiesFrom } from "../../../roles/identities.ts";
import type { Identities, MfaDevice } from "../../../roles/model.ts";
import { stepAt, totp } from "../../../signing/totp.ts";
import { S3World } from "../s3/world.ts";
import { masterKey, unusedEc2 } from "../world.ts";

export const AT = Date.parse("2026-11-24T12:00:00Z");
export const ACCOUNT = "123456789012";
export const HOUR = 3_600_000;

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What STS has given, as the SDK's clients take it. */
export const keysOf = (given: Credentials | undefined): Keys => ({
  accessKeyId: given?.AccessKeyId ?? "",
  secretAccessKey: given?.SecretAccessKey ?? "",
  ...(given?.SessionToken !== undefined && { sessionToken: given.SessionToken }),
});

/** A policy variable: `${aws:username}`. */
export const variable = (name: string) => `\${${name}}`;
export const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
export const allow = (Action: string | string[], Resource: string | string[] = "*", Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
/** A statement of a trust policy. */
export const trusting = (AWS: string | string[], Action: string | string[] = "sts:AssumeRole", Condition?: object) => ({
  Effect: "Allow",
  Principal: { AWS },
  Action,
  ...(Condition && { Condition }),
});
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const userArn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
export const MFA_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
export const MFA_SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/alice`;

/** The code that alice's device shows so many steps of 30 seconds from the world's instant on. */
export const mfaCode = (at: number, steps = 0) => totp(MFA_SEED, stepAt(at) + steps);

const device: MfaDevice = {
  ...{ name: "alice", path: "/", arn: MFA_SERIAL, createdAt: AT, tags: [], seed: MFA_SEED },
  enabled: { userName: "alice", at: AT, driftSteps: 0, lastStep: 0 },
};

export class StsWorld implements AsyncDisposable {
  at = AT;
  identities: Identities;
  /** What the request log would keep, oldest first. */
  readonly facts: ExchangeFacts[] = [];
  readonly defects: unknown[] = [];
  readonly events: IdentitiesChanged[] = [];
  endpoint = "";
  #close: () => Promise<void> = async () => {};

  /** Users get a key each; `configuration` is that of `mayfly.yaml`. */
  static async open(configuration: object, discoverKeys?: DiscoverKeys): Promise<StsWorld> {
    const world = new StsWorld(configuration);
    await world.#listen(discoverKeys);
    return world;
  }

  private constructor(configuration: object) {
    const checked = identitiesConfiguration.parse(configuration);
    let made = 0;
    const accessKeyFor = () => ({
      accessKeyId: `AKIAUSER${String(++made).padStart(12, "0")}`,
      secretAccessKey: `secret-${made}`,
    });
    const identities = identitiesFrom({ ...checked, region: "us-east-1" }, { at: AT, accessKeyFor });
    this.identities = identities.users.has("alice")
      ? { ...identities, mfaDevices: new Map([[device.arn, device]]) }
      : identities;
  }

  async #listen(discoverKeys: DiscoverKeys | undefined): Promise<void> {
    const journal = memoryJournal<IdentitiesChanged>();
    journal.follow(0, ({ event }) => {
      this.events.push(event);
      this.change(...event.changes);
    });
    const identities = () => this.identities;
    const rotator = createRotator({
      ...{ masterKey, identities, identitiesAt: identities, entropy: seededEntropy("sts") },
      fleet: createFleet(() => NO_INSTANCES),
      state: () => NO_ROTATION,
    });
    const api = createAwsApi({
      ...{ region: "us-east-1", entropy: systemEntropy(), masterKey, identities, rotator },
      iam: {
        commit: (decide) => commit(journal, () => decide(this.identities)),
        accessKeyFor: () => ({ accessKeyId: "AKIA", secretAccessKey: "" }),
        entropy: systemEntropy(),
      },
      ec2: unusedEc2,
      s3: new S3World().parts,
      ...(discoverKeys && { discoverKeys }),
      reportDefect: (error) => this.defects.push(error),
    });
    const listener = await listen({
      ...{ host: "127.0.0.1", port: 0, face: awsFace, wait: machineTime.wait },
      handle: async (request) => {
        const reply = await api(request);
        this.facts.push(reply.facts ?? {});
        return reply;
      },
      stamp: () => ({ at: this.at, realAt: Date.now() }),
      onFailure: (error) => this.defects.push(error),
    });
    this.endpoint = `http://127.0.0.1:${listener.port}`;
    this.#close = () => listener.close();
  }

  change(...changes: readonly IdentityChange[]): void {
    this.identities = foldIdentityChanges(this.identities, changes);
  }

  /** The key of a user. */
  of(userName: string): Keys {
    const [key] = this.identities.users.get(userName)?.accessKeys ?? [];
    if (!key) throw new RangeError(`${userName} has no key`);
    return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
  }

  #settings(credentials: Keys) {
    return { endpoint: this.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  }

  sts(credentials: Keys): STSClient {
    return new STSClient(this.#settings(credentials));
  }

  async whoami(credentials: Keys): Promise<string | undefined> {
    return (await this.sts(credentials).send(new GetCallerIdentityCommand({}))).Arn;
  }

  #s3(credentials: Keys): S3Client {
    return new S3Client({ ...this.#settings(credentials), forcePathStyle: true });
  }

  /** "ok", or the code of the refusal. */
  async put(credentials: Keys, Key: string): Promise<string> {
    const command = new PutObjectCommand({ Bucket: "mybucket", Key, Body: "x" });
    return this.#s3(credentials)
      .send(command)
      .then(() => "ok", nameOf);
  }

  async get(credentials: Keys, Key: string): Promise<string> {
    const command = new GetObjectCommand({ Bucket: "mybucket", Key });
    return this.#s3(credentials)
      .send(command)
      .then(async ({ Body }) => (await Body?.transformToString()) ?? "", nameOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (this.defects.length > 0) throw new Error("the door had a defect", { cause: this.defects[0] });
  }
}

const nameOf = (error: Error) => error.name;

/** How STS refuses: its code, as the wire has it, its status and its words. */
export async function refusal(sent: Promise<unknown>): Promise<[code: string, status: number, message: string]> {
  const error = await sent.then(
    () => new Error("it was not refused"),
    (thrown) => thrown,
  );
  const code = error.Code ?? error.Error?.Code ?? error.name;
  return [code, error.$metadata?.httpStatusCode, error.message];
}
