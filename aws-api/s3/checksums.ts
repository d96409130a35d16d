// Which checksums does S3 keep, and what do those of parts say of the whole?
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html

import { crc32 } from "node:zlib";
import { createHasher, type Hasher } from "../../entropy/hash.ts";
import type { Members } from "../call.ts";
import { type Checked, CRC32, CRC32C, CRC64NVME, Crc, type CrcKind, joinCrcs } from "./crc.ts";
import type { Checksum, ChecksumType } from "./state.ts";

interface Kind {
  readonly sizeBytes: number;
  readonly hasher: () => Hasher;
  /** What can be joined to the checksum of a whole; a hash cannot. */
  readonly crc?: CrcKind;
}

const KINDS = {
  CRC32: { sizeBytes: 4, hasher: crc32Hasher, crc: CRC32 },
  CRC32C: { sizeBytes: 4, hasher: () => new Crc(CRC32C), crc: CRC32C },
  CRC64NVME: { sizeBytes: 8, hasher: () => new Crc(CRC64NVME), crc: CRC64NVME },
  SHA1: { sizeBytes: 20, hasher: () => createHasher("sha1") },
  SHA256: { sizeBytes: 32, hasher: () => createHasher("sha256") },
} as const satisfies Record<string, Kind>;

export type ChecksumAlgorithm = keyof typeof KINDS;

export const CHECKSUM_ALGORITHMS = Object.keys(KINDS) as readonly ChecksumAlgorithm[];

/** What an object gets whose writer named none. */
export const DEFAULT_ALGORITHM = "CRC64NVME";

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(KINDS, name);
}

export function checksumHasher(algorithm: ChecksumAlgorithm): Hasher {
  return KINDS[algorithm].hasher();
}

/** Whether the text is Base64, in its canonical form, of a checksum of that length. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  return isBase64(value, KINDS[algorithm].sizeBytes);
}

export function isBase64(value: string, sizeBytes: number): boolean {
  const bytes = Buffer.from(value, "base64");
  return bytes.length === sizeBytes && bytes.toString("base64") === value;
}

/** Whether a multipart upload may have that checksum: no CRC-64 of CRC-64s, and no hash of the whole from those of the parts. */
export function isTypePossible(algorithm: ChecksumAlgorithm, type: ChecksumType): boolean {
  return type === "FULL_OBJECT" ? "crc" in KINDS[algorithm] : algorithm !== "CRC64NVME";
}

/** The type of a multipart upload's checksum that the client left open. */
export function usualType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
}

/** The checksum of an object made of parts with these checksums in Base64; the type must be possible for the algorithm. */
export function joinChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksum: string; readonly sizeBytes: number }[],
): Checksum {
  const checked: Checked[] = parts.map(({ checksum, sizeBytes }) => ({
    digest: Buffer.from(checksum, "base64"),
    sizeBytes,
  }));
  const { crc }: Kind = KINDS[algorithm];
  if (type === "FULL_OBJECT" && crc) return { algorithm, type, value: joinCrcs(crc, checked).toString("base64") };
  const hasher = checksumHasher(algorithm);
  for (const { digest } of checked) hasher.update(digest);
  return { algorithm, type, value: `${hasher.digest().toString("base64")}-${parts.length}` };
}

/** As members of an output: `{ChecksumCRC32: "…", ChecksumType: "FULL_OBJECT"}`. */
export function checksumMembers({ algorithm, type, value }: Checksum): Members {
  return { [`Checksum${algorithm}`]: value, ChecksumType: type };
}

/** Node's own CRC-32 is as fast as memory. */
function crc32Hasher(): Hasher {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}
