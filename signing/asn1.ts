// How is ASN.1 written? The vocabulary of X.509 and CMS, so that what uses it reads as the modules of their RFCs do.
// https://www.itu.int/rec/T-REC-X.690 has the encodings.

import {
  type BaseBlock,
  BitString,
  BmpString,
  Boolean as BooleanBlock,
  Constructed,
  fromBER,
  GeneralizedTime,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Primitive,
  PrintableString,
  Sequence,
  Set as SetBlock,
  UTCTime,
} from "asn1js";

export type Asn1 = BaseBlock;

export const sequence = (...value: Asn1[]): Asn1 => new Sequence({ value });
export const objectIdentifier = (value: string): Asn1 => new ObjectIdentifier({ value });
export const integer = (value: number): Asn1 => new Integer({ value });
export const octetString = (bytes: Uint8Array): Asn1 => new OctetString({ valueHex: bytes });
export const printableString = (value: string): Asn1 => new PrintableString({ value });
export const bmpString = (value: string): Asn1 => new BmpString({ value });
export const yes = (): Asn1 => new BooleanBlock({ value: true });
export const nothing = (): Asn1 => new Null();

/** Whole bytes, or fewer bits: those at the end that are not used. */
export const bitString = (bytes: Uint8Array, unusedBits = 0): Asn1 => new BitString({ valueHex: bytes, unusedBits });

/** The number that these bytes are, the first one most significant; never negative. */
export function unsignedInteger(bytes: Uint8Array): Asn1 {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  const sign = (significant[0] as number) & 0x80 ? Buffer.of(0) : Buffer.alloc(0);
  return new Integer({ valueHex: Buffer.concat([sign, significant]) });
}

/** In the order that DER wants: by their encodings (X.690 §11.6). */
const inOrder = (members: readonly Asn1[]) =>
  members
    .map((member) => [encode(member), member] as const)
    .sort(([one], [other]) => Buffer.compare(one, other))
    .map(([, member]) => member);

export const set = (...members: Asn1[]): Asn1 => new SetBlock({ value: inOrder(members) });

/** `[number] EXPLICIT`, and `[number] IMPLICIT` of what holds others. */
export const tagged = (number: number, ...value: Asn1[]): Asn1 =>
  new Constructed({ idBlock: { tagClass: 3, tagNumber: number }, value });

/** `[number] IMPLICIT SET OF`. */
export const taggedSet = (number: number, ...members: Asn1[]): Asn1 => tagged(number, ...inOrder(members));

/** `[number] IMPLICIT` of what holds bytes. */
export const taggedBytes = (number: number, bytes: Uint8Array): Asn1 =>
  new Primitive({ idBlock: { tagClass: 3, tagNumber: number }, valueHex: bytes });

/** Of a length that is not told beforehand; then that of all around it is not either (X.690 §8.1.3.6, §8.7.3). */
export const streamedOctetString = (bytes: Uint8Array): Asn1 =>
  new OctetString({ isConstructed: true, isIndefiniteForm: true, value: [new OctetString({ valueHex: bytes })] });

/** An instant, to the second. Two digits of the year until 2049, and four from then on: RFC 5280 §4.1.2.5, RFC 5652 §11.3. */
export function time(at: number): Asn1 {
  const valueDate = new Date(Math.floor(at / 1000) * 1000);
  return valueDate.getUTCFullYear() < 2050 ? new UTCTime({ valueDate }) : new GeneralizedTime({ valueDate });
}

/** What is written already. */
export function encoded(der: Uint8Array): Asn1 {
  const { result, offset } = fromBER(der);
  if (offset !== der.length) throw new TypeError(`this is no DER: ${result.error}`);
  return result;
}

/** What a SEQUENCE, a SET or a tag holds. */
export const membersOf = (value: Asn1): readonly Asn1[] => (value as Sequence).valueBlock.value;

/** What an OCTET STRING or an INTEGER holds. */
export const bytesOf = (value: Asn1): Buffer => Buffer.from((value as OctetString).valueBlock.valueHexView);

/** Whether it has a tag of its context. */
export const isTagged = (value: Asn1): boolean => value.idBlock.tagClass === 3;

export const encode = (value: Asn1): Buffer => Buffer.from(value.toBER());
