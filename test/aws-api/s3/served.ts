// The front door before a world of S3, behind a socket: for AWS's own clients.

import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { expect } from "vitest";
import { createAwsApi } from "../../../aws-api/front-door.ts";
import { machineTime } from "../../../clock/real-time.ts";
import { systemEntropy } from "../../../entropy/random.ts";
import { awsFace } from "../../../network/faces.ts";
import { listen } from "../../../network/listener.ts";
import type { Identities } from "../../../roles/model.ts";
import { AT, type Credentials, identities, masterKey, rotator, unusedEc2, unusedIam } from "../world.ts";
import { S3World } from "./world.ts";

export interface ServedS3 extends AsyncDisposable {
  readonly world: S3World;
  readonly endpoint: string;
  /** It ends with the server. */
  client(credentials: Credentials, more?: S3ClientConfig): S3Client;
}

/** Disposing of it fails where a bug of ours was reported. */
export async function serveS3(account: Identities = identities): Promise<ServedS3> {
  const defects: unknown[] = [];
  const world = new S3World(["mybucket"], undefined, account);
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    face: awsFace,
    handle: createAwsApi({
      region: "us-east-1",
      entropy: systemEntropy(),
      masterKey,
      identities: () => account,
      rotator,
      iam: unusedIam,
      ec2: unusedEc2,
      s3: world.parts,
      reportDefect: (error) => defects.push(error),
    }),
    stamp: () => ({ at: AT, realAt: Date.now() }),
    wait: machineTime.wait,
    onFailure: (error) => defects.push(error),
  });
  const clients: S3Client[] = [];
  return {
    world,
    endpoint: listener.url,
    client(credentials, more = {}) {
      const settings = {
        endpoint: listener.url,
        region: "us-east-1",
        credentials,
        forcePathStyle: true,
        maxAttempts: 1,
      };
      const client = new S3Client({ ...settings, ...more });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await listener.close();
      await world.close();
      expect(defects).toEqual([]);
    },
  };
}
