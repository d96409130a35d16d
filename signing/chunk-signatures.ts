// Is each chunk of an upload signed? A chain: every signature covers the one before, the first one that of the request's head.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html

import { createHasher, hmacSha256, type SecretKey, sha256Hex } from "../entropy/hash.ts";
import { PayloadFault } from "./payload-fault.ts";
import { sameText } from "./same-text.ts";
import type { Signature4 } from "./signature.ts";
import { credentialScope, signingKey } from "./signing-key.ts";

const EMPTY_HASH = sha256Hex("");

export class ChunkSignatures {
  readonly #key: SecretKey;
  readonly #origin: string;
  #previous: string;
  #hasher = createHasher("sha256");

  constructor(signature: Signature4, secretAccessKey: string) {
    this.#key = signingKey(signature, secretAccessKey);
    this.#origin = `${signature.timestamp}\n${credentialScope(signature)}`;
    this.#previous = signature.signature;
  }

  /** Takes a piece of the present chunk. */
  update(bytes: Uint8Array): void {
    this.#hasher.update(bytes);
  }

  /** Ends the present chunk. Throws PayloadFault when it was not signed so. */
  endChunk(signature: string): void {
    const hash = this.#hasher.digest().toString("hex");
    this.#hasher = createHasher("sha256");
    const signed = `AWS4-HMAC-SHA256-PAYLOAD\n${this.#origin}\n${this.#previous}\n${EMPTY_HASH}\n${hash}`;
    this.#check("chunk-signature-mismatch", signed, signature);
  }

  /** Ends the body, given the trailers as `name:value\n` each. Throws PayloadFault when they were not signed so. */
  endTrailers(trailers: string, signature: string): void {
    const hash = sha256Hex(Buffer.from(trailers, "latin1"));
    const signed = `AWS4-HMAC-SHA256-TRAILER\n${this.#origin}\n${this.#previous}\n${hash}`;
    this.#check("trailer-signature-mismatch", signed, signature);
  }

  #check(fault: "chunk-signature-mismatch" | "trailer-signature-mismatch", stringToSign: string, signature: string) {
    const own = hmacSha256(this.#key, stringToSign).toString("hex");
    if (!sameText(own, signature)) throw new PayloadFault({ fault, stringToSign, signature });
    this.#previous = own;
  }
}
