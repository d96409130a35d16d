import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CRC32, CRC32C, CRC64NVME, Crc, type CrcKind, joinCrcs } from "../../../aws-api/s3/crc.ts";
import { dice } from "../../../entropy/dice.ts";
import { seededEntropy } from "../../../entropy/random.ts";

/** The definition, bit by bit: what the tables must agree with. */
function bitByBit({ width, polynomial }: CrcKind, bytes: Uint8Array): string {
  const ones = (1n << BigInt(width)) - 1n;
  let register = ones;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) register = register & 1n ? (register >> 1n) ^ polynomial : register >> 1n;
  }
  return (register ^ ones).toString(16).padStart(width / 4, "0");
}

function digestOf(kind: CrcKind, ...pieces: readonly Uint8Array[]): Buffer {
  const crc = new Crc(kind);
  for (const piece of pieces) crc.update(piece);
  return crc.digest();
}

// The catalogue's check values, of the digits 1 to 9; the texts of zeros, ones and rising bytes are in RFC 3720, appendix B.4.
const PUBLISHED: readonly [string, CrcKind, Uint8Array, string][] = [
  ["CRC-32 of the digits", CRC32, Buffer.from("123456789"), "cbf43926"],
  ["CRC-32C of the digits", CRC32C, Buffer.from("123456789"), "e3069283"],
  ["CRC-64/NVME of the digits", CRC64NVME, Buffer.from("123456789"), "ae8b14860a799888"],
  ["CRC-32C of 32 zeros", CRC32C, Buffer.alloc(32), "8a9136aa"],
  ["CRC-32C of 32 ones", CRC32C, Buffer.alloc(32, 0xff), "62a8ab43"],
  ["CRC-32C of 0 to 31", CRC32C, Buffer.from(Array.from({ length: 32 }, (_, i) => i)), "46dd794e"],
  ["CRC-64/NVME of nothing", CRC64NVME, Buffer.alloc(0), "0000000000000000"],
];

describe("Crc", () => {
  test.each(PUBLISHED)("%s is the published one", (_, kind, bytes, expected) => {
    expect(digestOf(kind, bytes).toString("hex")).toBe(expected);
  });

  test("agrees with the definition and with zlib, however the bytes are cut (seed 7)", () => {
    const throws = dice(7);
    const entropy = seededEntropy(7);
    for (let round = 0; round < 300; round++) {
      const bytes = entropy.bytes(throws.integer(70));
      const cut = throws.integer(bytes.length + 1);
      for (const kind of [CRC32, CRC32C, CRC64NVME]) {
        const digest = digestOf(kind, bytes.subarray(0, cut), bytes.subarray(cut)).toString("hex");
        expect(digest, `${bytes.toString("hex")} cut at ${cut}`).toBe(bitByBit(kind, bytes));
      }
      expect(digestOf(CRC32, bytes).readUInt32BE()).toBe(crc32(bytes));
    }
  });
});

describe("joinCrcs", () => {
  test("is the check of the whole, whatever the lengths (seed 8)", () => {
    const throws = dice(8);
    const entropy = seededEntropy(8);
    for (let round = 0; round < 60; round++) {
      const pieces = Array.from({ length: throws.integer(6) }, () =>
        entropy.bytes(throws.pick([0, 1, 8, 1000, 70_000])),
      );
      for (const kind of [CRC32, CRC32C, CRC64NVME]) {
        const checked = pieces.map((piece) => ({ digest: digestOf(kind, piece), sizeBytes: piece.length }));
        const lengths = pieces.map((piece) => piece.length).join(" ");
        expect(joinCrcs(kind, checked).toString("hex"), lengths).toBe(digestOf(kind, ...pieces).toString("hex"));
      }
    }
  });
});
