// How far may a packet go? The hop limit of EC2's metadata options is the real IP TTL of packets: each router on the way takes one
// off, and drops the packet at zero. https://www.rfc-editor.org/rfc/rfc791 (Time to Live), https://www.rfc-editor.org/rfc/rfc8200#section-3

import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { platform } from "node:os";

type SetOption = (descriptor: number, level: number, name: number, value: readonly number[], bytes: number) => number;

/** Of <netinet/in.h>: level and name of the option, for packets of IPv4 and of IPv6. */
const OPTIONS: Readonly<
  Record<string, { readonly v4: readonly [number, number]; readonly v6: readonly [number, number] }>
> = {
  linux: { v4: [0, 2], v6: [41, 16] },
  darwin: { v4: [0, 4], v6: [41, 4] },
};

let loaded: SetOption | undefined | "missing";

/** Loaded on use: most runs never need it, and where koffi has no binary the limit cannot be had. */
function setOption(): SetOption | undefined {
  if (loaded === undefined) {
    try {
      const { default: koffi } = createRequire(import.meta.url)("koffi") as typeof import("koffi");
      loaded = koffi
        .load(null)
        .func("int setsockopt(int descriptor, int level, int name, const int *value, unsigned int bytes)") as SetOption;
    } catch {
      loaded = "missing";
    }
  }
  return loaded === "missing" ? undefined : loaded;
}

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
  // An IPv4 peer of a socket that listens on IPv6 as well is reached by packets of IPv4.
  const [level, name] = socket.remoteAddress?.includes(".") ? options.v4 : options.v6;
  return setOption()?.(descriptor, level, name, [hops], 4) === 0;
}
