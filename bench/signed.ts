// What does a checked signature cost? A signed S3 GET of 1 KB and GetCallerIdentity, on kept connections; Mayfly with the
// credentials that its own metadata service delivers, moto with a user's, and its checks of signatures and policies switched on.

import { type Client, type HttpAnswer, wire } from "./client.ts";
import { getCredentials, putToken, ROLES } from "./imds.ts";
import type { WireRequest } from "./load.ts";
import { compare, type Effort, type Outcome } from "./measure.ts";
import { bare, installed, mayfly, moto, start } from "./servers.ts";
import { accessKeyIn, type Credentials, signerFor } from "./signer.ts";

const CONNECTIONS = 16;
export const KEY = "/mybucket/kilobyte";
export const KILOBYTE = "x".repeat(1024);

interface Requests {
  readonly get: WireRequest;
  readonly identity: WireRequest;
}

async function measuredRequests(client: Client, port: number, credentials: Credentials): Promise<Requests> {
  const signer = signerFor(port, credentials);
  const get = await signer.s3("GET", KEY);
  const identity = await signer.query("sts", { Action: "GetCallerIdentity", Version: "2011-06-15" });
  await client.ask(port, [get, identity]);
  return { get, identity };
}

export async function prepareMayfly(client: Client, imds: number, aws: number): Promise<Requests> {
  const [token] = (await client.ask(imds, [putToken()])) as [HttpAnswer];
  const [found] = (await client.ask(imds, [getCredentials(ROLES.mayfly as string, token.body)])) as [HttpAnswer];
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(found.body);
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
  await client.ask(aws, [await signerFor(aws, credentials).s3("PUT", KEY, KILOBYTE)]);
  return measuredRequests(client, aws, credentials);
}

/** Moto checks signatures and policies after as many requests as this says: none. */
export const checkFromNowOn = wire(
  "POST",
  "/moto-api/reset-auth",
  { Host: "localhost", "Content-Type": "text/plain", "Content-Length": "1" },
  "0",
);

async function prepareMoto(client: Client, port: number): Promise<Requests> {
  const setUp = signerFor(port, { accessKeyId: "anyone", secretAccessKey: "anything" });
  const iam = (parameters: Record<string, string>) => setUp.query("iam", { Version: "2010-05-08", ...parameters });
  const UserName = "bench";
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:*", "sts:*"], Resource: "*" }],
  });
  const requests = [
    await iam({ Action: "CreateUser", UserName }),
    await iam({ Action: "PutUserPolicy", UserName, PolicyName: "all", PolicyDocument }),
    await setUp.s3("PUT", "/mybucket"),
    await setUp.s3("PUT", KEY, KILOBYTE),
    await iam({ Action: "CreateAccessKey", UserName }),
    checkFromNowOn,
  ];
  const key = (await client.ask(port, requests))[4]?.body;
  return measuredRequests(client, port, accessKeyIn(key ?? ""));
}

/** Compares Mayfly with moto, and with a listener that has the same answer ready and checks nothing. */
export async function compareSigned(client: Client, effort: Effort, note: (text: string) => void): Promise<Outcome[]> {
  await using servers = new AsyncDisposableStack();
  const own = servers.use(await start(mayfly()));
  const ours = await prepareMayfly(client, own.port, own.secondPort);
  const contenders = [{ ...own, port: own.secondPort, requests: ours }];
  for (const program of installed([moto], note)) {
    const peer = servers.use(await start(program));
    contenders.push({ ...peer, requests: await prepareMoto(client, peer.port) });
  }
  const outcomes: Outcome[] = [];
  for (const [which, title, atLeast] of [
    ["get", "signed S3 GET of 1 KB", 10],
    ["identity", "signed GetCallerIdentity", undefined],
  ] as const) {
    const [answer] = await client.ask(own.secondPort, [ours[which]]);
    const idle = servers.use(await start(bare(answer as HttpAnswer)));
    const comparison = {
      title,
      contenders: [
        { ...idle, requests: [ours[which]] },
        ...contenders.map(({ requests, ...contender }) => ({ ...contender, requests: [requests[which]] })),
      ],
      connections: CONNECTIONS,
      closes: false,
      pairs: [
        { of: "mayfly", to: idle.name },
        { of: "mayfly", to: moto.name, ...(atLeast !== undefined && { atLeast }) },
      ],
    };
    outcomes.push(await compare(client, comparison, effort));
  }
  return outcomes;
}
