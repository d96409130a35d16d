// How far may a packet go? The hop limit of EC2's metadata options is the real IP TTL of packets: each router on the way takes one
// off, and drops the packet at zero. https://www.rfc-editor.org/rfc/rfc791#section-3.2, https://www.rfc-editor.org/rfc/rfc8200#section-3

import type { Socket } from "node:net";
import { platform } from "node:os";
import { type SystemCall, systemCall } from "./libc.ts";

interface Option {
  readonly level: number;
  readonly name: number;
}

/** As <netinet/in.h> has it. */
const OPTIONS: Readonly<Record<string, { readonly ipv4: Option; readonly ipv6: Option }>> = {
  linux: { ipv4: { level: 0, name: 2 }, ipv6: { level: 41, name: 16 } },
  darwin: { ipv4: { level: 0, name: 4 }, ipv6: { level: 41, name: 4 } },
};

let setOption: SystemCall | "missing" | undefined;

/** What node:net keeps to itself. */
type WithDescriptor = Socket & { readonly _handle?: { readonly fd?: number } | null };

/**
 * Packets that leave this socket from now on, its last ones included, pass `hops - 1` routers. False where that cannot be had: no
 * koffi, no such system, or the socket is closed.
 */
export function setHopLimit(socket: Socket, hops: number): boolean {
  const descriptor = (socket as WithDescriptor)._handle?.fd ?? -1;
  const options = OPTIONS[platform()];
  if (descriptor < 0 || options === undefined) return false;
  setOption ??=
    systemCall("int setsockopt(int descriptor, int level, int name, const int *value, unsigned int bytes)") ??
    "missing";
  if (setOption === "missing") return false;
  // An IPv4 peer of a socket that listens on IPv6 as well is reached by packets of IPv4.
  const { level, name } = socket.remoteAddress?.includes(".") ? options.ipv4 : options.ipv6;
  return setOption(descriptor, level, name, [hops], 4) === 0;
}
