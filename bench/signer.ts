// Who signs the requests? AWS's own signer, before anything is measured.

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { wire } from "./client.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Signs for one server with one key. A signature is good for 15 minutes, and so a request may be sent many times. */
export function signerFor(port: number, credentials: Credentials) {
  const common = { region: "us-east-1", credentials, sha256: Sha256 };
  const sign = async (service: string, method: string, path: string, sent: Record<string, string>, body = "") => {
    const signer = new SignatureV4({ ...common, service, uriEscapePath: service !== "s3" });
    const headers = { Host: `127.0.0.1:${port}`, ...sent };
    const request = { method, protocol: "http:", hostname: "127.0.0.1", port, path, query: {}, headers, body };
    return wire(method, path, (await signer.sign(request)).headers, body);
  };
  return {
    s3: (method: string, path: string, body = "") =>
      sign("s3", method, path, method === "PUT" ? { "Content-Length": String(body.length) } : {}, body),
    query(service: string, parameters: Readonly<Record<string, string>>) {
      const body = new URLSearchParams(parameters).toString();
      const headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": String(body.length),
      };
      return sign(service, "POST", "/", headers, body);
    },
  };
}

/** The key in an answer of CreateAccessKey. */
export function accessKeyIn(answer: string): Credentials {
  const member = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer)?.[1] as string;
  return { accessKeyId: member("AccessKeyId"), secretAccessKey: member("SecretAccessKey") };
}
