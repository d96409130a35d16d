// How do the tests of whole simulations talk to one? Over its sockets, with a client of a few lines.

import { request } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import type { Simulation } from "../../index.ts";

export interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The source address; the system's choice unless given. */
  readonly localAddress?: string;
}

export async function ask(url: string, { method = "GET", headers = {}, localAddress }: Asked = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request(url, { method, headers, agent: false, ...(localAddress && { localAddress }) }, async (response) => {
    const body = Buffer.concat(await response.toArray()).toString();
    resolve({ status: response.statusCode ?? 0, headers: response.rawHeaders, body });
  })
    .on("error", reject)
    .end();
  return promise;
}

export async function imdsToken(url: string, localAddress?: string): Promise<string> {
  const headers = { "x-aws-ec2-metadata-token-ttl-seconds": "21600" };
  return (await ask(`${url}/latest/api/token`, { method: "PUT", headers, ...(localAddress && { localAddress }) })).body;
}

export interface RoleDocument {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

export async function roleCredentials(
  url: string,
  localAddress?: string,
  role = "mybucket-access",
): Promise<RoleDocument> {
  const headers = { "x-aws-ec2-metadata-token": await imdsToken(url, localAddress) };
  const path = `/latest/meta-data/iam/security-credentials/${role}`;
  return JSON.parse((await ask(url + path, { headers, ...(localAddress && { localAddress }) })).body);
}

/** An S3 client with those credentials, or with those that it finds at IMDS. It does not try again. */
export function s3Client({ urls }: Pick<Simulation, "urls">, found?: RoleDocument): S3Client {
  const credentials = found
    ? { accessKeyId: found.AccessKeyId, secretAccessKey: found.SecretAccessKey, sessionToken: found.Token }
    : fromInstanceMetadata({ maxRetries: 0 });
  return new S3Client({ region: "us-east-1", endpoint: urls.aws, credentials, maxAttempts: 1 });
}
