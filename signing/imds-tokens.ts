// Does this IMDSv2 token let this instance in, and for how long? Tokens carry all there is to know; none is stored.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html

import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { deriveBytes } from "../entropy/derive.ts";
import type { Entropy } from "../entropy/entropy.ts";
import { hmacSha256, type SecretKey, secretKey } from "../entropy/hash.ts";

export interface ImdsTokens {
  /** A new token of 56 characters, valid from the instant `at` on, at no time when `ttlSeconds` is 0. RangeError unless 0 to 21600. */
  mint(instanceId: string, ttlSeconds: number, at: number): string;
  /** The rest of its life, in whole seconds from 1 up; undefined for a token that is not this instance's, or not any more. */
  secondsLeft(token: string, instanceId: string, at: number): number | undefined;
}

/** What EC2's tokens were seen to begin with: `AQAEA…`. */
const HEAD = Buffer.of(0x01, 0x00, 0x04);
const LONGEST_LIFE_SECONDS = 21_600;

// 40 bytes: head 3, salt 13, instant of issue 6, life 2, authentication 16.
const ISSUED_AT = 16;
const LIFE = 22;
const PROOF = 24;
const END = 40;

/** 40 bytes in URL-safe base64, and no other text that decodes to them: the last character holds two bits only. */
const FORM = /^AQAE[\w-]{49}[AQgw]==$/;

const KEPT = 10_000;

interface Life {
  readonly instanceId: string;
  readonly expiresAt: number;
  readonly ttlSeconds: number;
}

export function imdsTokens(masterKey: SecretKey, entropy: Entropy): ImdsTokens {
  const key = secretKey(deriveBytes(masterKey, 32, "IMDS token"));
  /** Tokens that need no proof any more: a client sends the same one hundreds of times. */
  const proven = new LRUCache<string, Life>({ max: KEPT });

  function prove(token: string, instanceId: string): Life | undefined {
    if (!FORM.test(token)) return undefined;
    const bytes = Buffer.from(token, "base64url");
    if (!timingSafeEqual(proof(key, bytes, instanceId), bytes.subarray(PROOF))) return undefined;
    const ttlSeconds = bytes.readUInt16BE(LIFE);
    const life = { instanceId, ttlSeconds, expiresAt: bytes.readUIntBE(ISSUED_AT, 6) + ttlSeconds * 1000 };
    proven.set(token, life);
    return life;
  }

  return {
    mint(instanceId, ttlSeconds, at) {
      if (!(Number.isInteger(ttlSeconds) && ttlSeconds >= 0 && ttlSeconds <= LONGEST_LIFE_SECONDS))
        throw new RangeError(`a token lives 0 to ${LONGEST_LIFE_SECONDS} seconds, not ${ttlSeconds}`);
      const bytes = Buffer.alloc(END);
      HEAD.copy(bytes);
      entropy.bytes(ISSUED_AT - HEAD.length).copy(bytes, HEAD.length);
      bytes.writeUIntBE(at, ISSUED_AT, 6);
      bytes.writeUInt16BE(ttlSeconds, LIFE);
      proof(key, bytes, instanceId).copy(bytes, PROOF);
      return `${bytes.toString("base64url")}==`;
    },
    secondsLeft(token, instanceId, at) {
      const life = proven.get(token) ?? prove(token, instanceId);
      if (life?.instanceId !== instanceId || at >= life.expiresAt) return undefined;
      return Math.min(Math.ceil((life.expiresAt - at) / 1000), life.ttlSeconds);
    },
  };
}

/** Of all that stands before it and of the instance. */
function proof(key: SecretKey, bytes: Buffer, instanceId: string): Buffer {
  return hmacSha256(key, bytes.toString("latin1", 0, PROOF) + instanceId).subarray(0, END - PROOF);
}

/** When a token that was found to be good was minted, epoch milliseconds. */
export function mintedAt(token: string): number {
  return Buffer.from(token, "base64url").readUIntBE(ISSUED_AT, 6);
}
