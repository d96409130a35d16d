// Where does this machine stand? Its addresses, its routes and what its firmware says, read from the kernel; nothing is sent.

import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

export interface Route {
  readonly device: string;
  /** Lower-case, IPv6 without abbreviation. */
  readonly network: string;
  readonly prefixBits: number;
}

export interface Surroundings {
  readonly addresses: readonly string[];
  readonly routes: readonly Route[];
  /** What the firmware says that it is; undefined where it says nothing. */
  readonly firmware: string | undefined;
}

const FIRMWARE = [
  ...["sys_vendor", "product_name", "board_vendor", "bios_vendor", "bios_version", "chassis_asset_tag"].map(
    (name) => `/sys/class/dmi/id/${name}`,
  ),
  "/sys/hypervisor/uuid", // of instances on Xen it begins with ec2
];

export function readSurroundings(): Surroundings {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? []);
  const firmware = FIRMWARE.map(contentOf).filter((text) => text !== "");
  return {
    addresses,
    routes: [...routesOfIpv4(contentOf("/proc/net/route")), ...routesOfIpv6(contentOf("/proc/net/ipv6_route"))],
    firmware: firmware.length === 0 ? undefined : firmware.join("; "),
  };
}

const contentOf = (file: string) => {
  try {
    return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  } catch {
    return ""; // not for everybody to read
  }
};

const words = (table: string) => table.split("\n").map((line) => line.trim().split(/\s+/));
const bitsOf = (mask: number) => mask.toString(2).replaceAll("0", "").length;

/** Numbers in the order of the machine's bytes. https://man7.org/linux/man-pages/man5/proc_pid_net.5.html */
export function routesOfIpv4(table: string): readonly Route[] {
  return words(table)
    .slice(1)
    .filter((row) => row.length > 7)
    .map((row) => {
      const bytes = [...Buffer.from(row[1] as string, "hex")].reverse();
      return {
        device: row[0] as string,
        network: bytes.join("."),
        prefixBits: bitsOf(Number.parseInt(row[7] as string, 16)),
      };
    });
}

export function routesOfIpv6(table: string): readonly Route[] {
  return words(table)
    .filter((row) => row.length > 9)
    .map((row) => {
      const bytes = [...Buffer.from(row[0] as string, "hex")];
      const network = ipaddr.fromByteArray(bytes).toNormalizedString();
      return { device: row[9] as string, network, prefixBits: Number.parseInt(row[1] as string, 16) };
    });
}
