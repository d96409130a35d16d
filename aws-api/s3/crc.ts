// What is the cyclic redundancy check of these bytes, and of two texts in a row? Table-driven, eight bytes a step, for what
// node:zlib does not have; joining needs the lengths only, so that a multipart object is not read again.
// https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME: all reflected, all inverted)

/** A kind of check: its width in bits, and its polynomial with the lowest power in the highest bit. */
export interface CrcKind {
  readonly width: 32 | 64;
  readonly polynomial: bigint;
}

export const CRC32: CrcKind = { width: 32, polynomial: 0xedb88320n };
export const CRC32C: CrcKind = { width: 32, polynomial: 0x82f63b78n };
export const CRC64NVME: CrcKind = { width: 64, polynomial: 0x9a6c9329ac4bc9b5n };

/** Tables of a kind, in halves of 32 bits: entry `256 n + b` is what the byte `b` does to the register `n` bytes later. */
interface Tables {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

const tablesOf = new Map<CrcKind, Tables>();

function tables(kind: CrcKind): Tables {
  const known = tablesOf.get(kind);
  if (known) return known;
  const made = { high: new Uint32Array(2048), low: new Uint32Array(2048) };
  for (let byte = 0; byte < 256; byte++) {
    let register = BigInt(byte);
    for (let later = 0; later < 8; later++) {
      for (let bit = 0; bit < 8; bit++) register = step(register, kind);
      made.high[later * 256 + byte] = Number(register >> 32n);
      made.low[later * 256 + byte] = Number(register & 0xffffffffn);
    }
  }
  tablesOf.set(kind, made);
  return made;
}

/** One bit further. */
const step = (register: bigint, { polynomial }: CrcKind) =>
  register & 1n ? (register >> 1n) ^ polynomial : register >> 1n;

/** Takes bytes piece by piece, as a Hasher does; the digest is 4 or 8 bytes, the highest first. */
export class Crc {
  readonly #kind: CrcKind;
  readonly #tables: Tables;
  #high: number;
  #low = 0xffffffff;

  constructor(kind: CrcKind) {
    this.#kind = kind;
    this.#tables = tables(kind);
    this.#high = kind.width === 64 ? 0xffffffff : 0;
  }

  update(bytes: Uint8Array): void {
    const { high: highs, low: lows } = this.#tables;
    const end = bytes.length & ~7;
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (; at < end; at += 8) {
      const a = 1792 | ((low ^ (bytes[at] as number)) & 255);
      const b = 1536 | (((low >>> 8) ^ (bytes[at + 1] as number)) & 255);
      const c = 1280 | (((low >>> 16) ^ (bytes[at + 2] as number)) & 255);
      const d = 1024 | ((low >>> 24) ^ (bytes[at + 3] as number));
      const e = 768 | ((high ^ (bytes[at + 4] as number)) & 255);
      const f = 512 | (((high >>> 8) ^ (bytes[at + 5] as number)) & 255);
      const g = 256 | (((high >>> 16) ^ (bytes[at + 6] as number)) & 255);
      const h = (high >>> 24) ^ (bytes[at + 7] as number);
      high = xor(highs, a, b, c, d, e, f, g, h);
      low = xor(lows, a, b, c, d, e, f, g, h);
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ (bytes[at] as number)) & 255;
      low = ((low >>> 8) | (high << 24)) ^ (lows[index] as number);
      high = (high >>> 8) ^ (highs[index] as number);
    }
    this.#high = high;
    this.#low = low;
  }

  digest(): Buffer {
    const digest = Buffer.alloc(8);
    digest.writeInt32BE(~this.#high, 0);
    digest.writeInt32BE(~this.#low, 4);
    return digest.subarray(8 - this.#kind.width / 8);
  }
}

/** What eight tables say together. */
function xor(t: Uint32Array, a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) {
  const first = (t[a] as number) ^ (t[b] as number) ^ (t[c] as number) ^ (t[d] as number);
  return first ^ (t[e] as number) ^ (t[f] as number) ^ (t[g] as number) ^ (t[h] as number);
}

/** A text of which only the check and the length are at hand. */
export interface Checked {
  readonly digest: Uint8Array;
  readonly sizeBytes: number;
}

/**
 * The check of texts in a row: what comes before is multiplied by x to the power of the bits that follow, as zlib's
 * crc32_combine does. Texts of one length share the costly part, as the parts of an upload do.
 */
export function joinCrcs(kind: CrcKind, texts: readonly Checked[]): Buffer {
  const shifts = new Map<number, bigint>();
  let joined = 0n;
  for (const { digest, sizeBytes } of texts) {
    const shift = shifts.get(sizeBytes) ?? power(kind, sizeBytes);
    shifts.set(sizeBytes, shift);
    joined = multiply(kind, shift, joined) ^ BigInt(`0x${Buffer.from(digest).toString("hex")}`);
  }
  return Buffer.from(joined.toString(16).padStart(kind.width / 4, "0"), "hex");
}

/** x to the power of eight times `bytes`, modulo the polynomial; x to the power of 0 is the highest bit. */
function power(kind: CrcKind, bytes: number): bigint {
  let result = 1n << BigInt(kind.width - 1);
  let square = result >> 8n;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(kind, square, result);
    square = multiply(kind, square, square);
  }
  return result;
}

/** The product modulo the polynomial. */
function multiply(kind: CrcKind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << BigInt(kind.width - 1); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = step(shifted, kind);
  }
  return product;
}
