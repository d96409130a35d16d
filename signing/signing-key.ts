// Which key signs? The secret narrowed to a day, a region and a service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "Calculate the signature"

import { LRUCache } from "lru-cache";
import { hmacSha256, type SecretKey, secretKey } from "../entropy/hash.ts";
import type { Signature4 } from "./signature.ts";

/** Four HMACs a key, 35 µs: a client signs all its requests of a day with the same one. */
const keys = new LRUCache<string, SecretKey>({ max: 4096 });

export function signingKey({ date, region, service }: Signature4, secretAccessKey: string): SecretKey {
  const name = `${secretAccessKey}/${date}/${region}/${service}`;
  const known = keys.get(name);
  if (known) return known;
  const steps = [date, region, service, "aws4_request"];
  const made = steps.reduce(
    (key, step) => secretKey(hmacSha256(key, step)),
    secretKey(Buffer.from(`AWS4${secretAccessKey}`)),
  );
  keys.set(name, made);
  return made;
}

/** `20151124/us-east-1/s3/aws4_request` */
export const credentialScope = ({ date, region, service, terminator }: Signature4) =>
  `${date}/${region}/${service}/${terminator}`;
