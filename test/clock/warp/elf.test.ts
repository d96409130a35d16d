import { describe, expect, test } from "vitest";
import { dynamicSymbols, is64Bit } from "../../../clock/warp/elf.ts";

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;

/** A minimal image: the header, the names, the symbols, and three sections (none, names, symbols) at the end. */
function image(symbols: readonly [name: string, value: bigint][]): Buffer {
  const names = Buffer.from(`\0${symbols.map(([name]) => `${name}\0`).join("")}`);
  const namesAt = HEADER_BYTES;
  const symbolsAt = namesAt + Math.ceil(names.length / 8) * 8;
  const sectionsAt = symbolsAt + 24 * symbols.length;
  const elf = Buffer.alloc(sectionsAt + 3 * SECTION_BYTES);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf.writeBigUInt64LE(BigInt(sectionsAt), 40);
  elf.writeUInt16LE(SECTION_BYTES, 58);
  elf.writeUInt16LE(3, 60);
  names.copy(elf, namesAt);
  symbols.forEach(([name, value], i) => {
    elf.writeUInt32LE(names.indexOf(`\0${name}\0`) + 1, symbolsAt + 24 * i);
    elf.writeBigUInt64LE(value, symbolsAt + 24 * i + 8);
  });
  const [strings, dynamic] = [sectionsAt + SECTION_BYTES, sectionsAt + 2 * SECTION_BYTES];
  elf.writeUInt32LE(3, strings + 4);
  elf.writeBigUInt64LE(BigInt(namesAt), strings + 24);
  elf.writeUInt32LE(11, dynamic + 4);
  elf.writeBigUInt64LE(BigInt(symbolsAt), dynamic + 24);
  elf.writeBigUInt64LE(BigInt(24 * symbols.length), dynamic + 32);
  elf.writeUInt32LE(1, dynamic + 40);
  return elf;
}

describe("the vDSO as ELF", () => {
  test("its symbols, and where their values are written", () => {
    const written: [string, bigint][] = [
      ["__vdso_time", 0x123n],
      ["time", 0x123n],
      ["clock_gettime", 0xffff_ffff_ffff_0000n],
    ];
    const elf = image(written);
    const symbols = dynamicSymbols(elf);
    expect(symbols.map(({ name, value }) => [name, value])).toEqual(written);
    for (const { value, valueAt } of symbols) expect(elf.readBigUInt64LE(valueAt)).toBe(value);
  });

  test("a 32-bit image and what is no ELF are told apart", () => {
    const elf = image([]);
    expect(is64Bit(elf)).toBe(true);
    elf[4] = 1;
    expect(is64Bit(elf)).toBe(false);
    expect(is64Bit(Buffer.alloc(64))).toBe(false);
  });
});
