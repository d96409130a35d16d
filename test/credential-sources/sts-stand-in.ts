// A small STS for tests: it takes one key, answers AssumeRole in AWS's wire protocol, and says what it was asked.

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the stand-in answers: a lifetime in seconds, or an error. */
export type StsAnswer =
  | { readonly accessKeyId: string; readonly lifetimeSeconds: number }
  | { readonly status: number; readonly code: string; readonly message: string };

const assumed = (accessKeyId: string, lifetimeSeconds: number) => `<?xml version="1.0" encoding="UTF-8"?>
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn></Arn>
<AssumeRoleId></AssumeRoleId></AssumedRoleUser><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId>
<SecretAccessKey>secret-of-${accessKeyId}</SecretAccessKey><Expiration>${new Date(Date.now() + lifetimeSeconds * 1000).toISOString()}</Expiration>
<SessionToken>token-of-${accessKeyId}</SessionToken></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>16D3F4C1A9F9A5D2</RequestId></ResponseMetadata></AssumeRoleResponse>`;

const refused = (code: string, message: string) => `<?xml version="1.0" encoding="UTF-8"?>
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>${message}</Message></Error><RequestId>16D3F4C1A9F9A5D2</RequestId></ErrorResponse>`;

export interface StsStandIn extends AsyncDisposable {
  readonly url: string;
  /** The form of each request, and the key that signed it. */
  readonly asked: readonly { readonly form: Readonly<Record<string, string>>; readonly signer: string | undefined }[];
  answer: StsAnswer | "nothing";
}

/** Answers as MinIO does: the assumed user is there, and empty. */
export async function startSts(answer: StsStandIn["answer"]): Promise<StsStandIn> {
  const asked: StsStandIn["asked"][number][] = [];
  const server = createServer(async (request, response) => {
    asked.push({ form: Object.fromEntries(new URLSearchParams(await text(request))), signer: signerOf(request) });
    if (sts.answer === "nothing") return void request.socket.destroy();
    const { answer } = sts;
    const [status, body] =
      "code" in answer
        ? [answer.status, refused(answer.code, answer.message)]
        : [200, assumed(answer.accessKeyId, answer.lifetimeSeconds)];
    response.writeHead(status, { "content-type": "application/xml" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sts: StsStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sts;
}

const signerOf = ({ headers }: IncomingMessage) =>
  /Credential=([^/]+)\/\d{8}\/[^/]+\/sts\/aws4_request/.exec(headers.authorization ?? "")?.[1];
