// Which functions does the vDSO offer, and where is that written? It is the small ELF library that the kernel maps into every
// process, so that reading the time needs no system call. https://man7.org/linux/man-pages/man7/vdso.7.html

export interface ElfSymbol {
  readonly name: string;
  /** Where it lies, from the start of the image. */
  readonly value: bigint;
  /** Where in the image the value is written. */
  readonly valueAt: number;
}

const DYNAMIC_SYMBOLS = 11; // sh_type of .dynsym
const SYMBOL_BYTES = 24;

/** True for a 64-bit image; a 32-bit program has a vDSO of its own kind. */
export function is64Bit(image: Buffer): boolean {
  return image.readUInt32BE(0) === 0x7f454c46 && image[4] === 2;
}

/** The dynamic symbols of a 64-bit little-endian image. */
export function dynamicSymbols(image: Buffer): ElfSymbol[] {
  const [sections, sectionBytes, count] = [offset(image, 40), image.readUInt16LE(58), image.readUInt16LE(60)];
  const symbols: ElfSymbol[] = [];
  for (let section = sections; section < sections + count * sectionBytes; section += sectionBytes) {
    if (image.readUInt32LE(section + 4) !== DYNAMIC_SYMBOLS) continue;
    const strings = offset(image, sections + image.readUInt32LE(section + 40) * sectionBytes + 24);
    const from = offset(image, section + 24);
    for (let entry = from; entry < from + offset(image, section + 32); entry += SYMBOL_BYTES) {
      const start = strings + image.readUInt32LE(entry);
      const name = image.toString("latin1", start, image.indexOf(0, start));
      symbols.push({ name, value: image.readBigUInt64LE(entry + 8), valueAt: entry + 8 });
    }
  }
  return symbols;
}

function offset(image: Buffer, at: number): number {
  return Number(image.readBigUInt64LE(at));
}
