// Which number is an address? IPv4 and IPv6 in one space of 128 bits, IPv4 as `::ffff:0:0/96` (RFC 4291 §2.5.5.2), so that
// addresses count up, lie in ranges and compare the same way, however they are written.

import ipaddr from "ipaddr.js";

/** Whether it is the text of an IPv4 or IPv6 address; a Unix socket has none. */
export const isAddress = (text: string) => ipaddr.isValid(text);

/** The number of an address; `::ffff:10.0.0.10`, as a dual-stack socket writes it, is that of `10.0.0.10`. */
export function addressNumber(text: string): bigint {
  const address = ipaddr.parse(text);
  const wide = address instanceof ipaddr.IPv4 ? address.toIPv4MappedAddress() : address;
  return BigInt(`0x${Buffer.from(wide.toByteArray()).toString("hex")}`);
}

/** How it is written: dotted IPv4, or IPv6 in the shortest form (RFC 5952). */
export function addressText(number: bigint): string {
  const bytes = Buffer.from(number.toString(16).padStart(32, "0"), "hex");
  const address = new ipaddr.IPv6([...bytes]);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** The address `count` places further on. */
export const addressAfter = (text: string, count: number) => addressText(addressNumber(text) + BigInt(count));

/** The IPv4 network with a prefix of so many bits that the address lies in: `172.31.16.0/20`. */
export function networkOf(ipv4: string, prefixBits: number): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${ipv4}/${prefixBits}`).toString()}/${prefixBits}`;
}

/** `2600:1f18:a:b:0:0:0:0/64`: without the short form, as EC2 writes blocks of IPv6. */
export function ipv6BlockText(number: bigint, prefixBits: number): string {
  const groups = number.toString(16).padStart(32, "0").match(/.{4}/g) ?? [];
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}/${prefixBits}`;
}

/** Whether it is a block of addresses such as `10.0.1.16/28`, written with its first address. */
export function isBlock(text: string, version: 4 | 6): boolean {
  const kind = version === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  if (!kind.isValidCIDR(text)) return false;
  const [address = ""] = text.split("/");
  return addressNumber(kind.networkAddressFromCIDR(text).toString()) === addressNumber(address);
}

/** Whether it is an IPv4 address that a VPC may give out: RFC 1918, or shared by RFC 6598. */
export function isPrivateIpv4(text: string): boolean {
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv4 && ["private", "carrierGradeNat"].includes(address.range());
}

/** Address and port of `127.0.0.1:1338` or `[::1]:1338`; undefined when it is no such text, or has no port that could be told. */
export function parseListener(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, ipv6, ipv4, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = ipv6 ?? ipv4 ?? "";
  const valid = ipv6 ? ipaddr.IPv6.isValid(ipv6) : ipaddr.IPv4.isValidFourPartDecimal(address);
  const port = Number(digits);
  return valid && port > 0 && port < 65_536 ? { address, port } : undefined;
}
