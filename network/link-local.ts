// How does a Mayfly come to listen where EC2's metadata service does? In a container or on a machine of its own it takes the addresses,
// but never where a real metadata service may answer: whoever asked there would be led astray.

import ipaddr from "ipaddr.js";
import { describe, NetworkError } from "./failure.ts";
import { addToLoopback, removeFromLoopback } from "./loopback.ts";
import { type Route, readSurroundings, type Surroundings } from "./surroundings.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
export const METADATA_ADDRESSES = { ipv4: "169.254.169.254", ipv6: "fd00:ec2::254" } as const;

/** Whose machines have a metadata service at that address, by what their firmware says. */
const CLOUDS: readonly (readonly [RegExp, string])[] = [
  [/Amazon|^ec2|; ec2/i, "AWS"],
  [/Google/i, "Google Cloud"],
  // Azure's asset tag tells its machines from Hyper-V elsewhere.
  [/7783-7084-3265-9085-8269-3286-77/, "Azure"],
  [/OpenStack|OpenTelekom|Nova/i, "a cloud on OpenStack"],
  [/OracleCloud/i, "Oracle Cloud"],
  [/Alibaba/i, "Alibaba Cloud"],
  [/Tencent|Smdbmds/i, "Tencent Cloud"],
  [/Huawei/i, "Huawei Cloud"],
  [/DigitalOcean/i, "DigitalOcean"],
  [/Hetzner/i, "Hetzner"],
  [/Scaleway/i, "Scaleway"],
  [/Vultr/i, "Vultr"],
  [/Linode|Akamai/i, "Akamai"],
  [/Exoscale/i, "Exoscale"],
  [/UpCloud/i, "UpCloud"],
  [/QEMU|KVM|Bochs|RHEV|oVirt|Nutanix/i, "a virtual machine that may be a cloud's"],
];

const covers = ({ network, prefixBits, device }: Route, address: string): boolean => {
  const [one, other] = [ipaddr.parse(network), ipaddr.parse(address)];
  return device !== "lo" && prefixBits > 0 && one.kind() === other.kind() && other.match([one, prefixBits] as never);
};
const leadsAway = ({ prefixBits, device }: Route) => prefixBits === 0 && device !== "lo";

/** Why a real metadata service may answer there; undefined when none can. */
export function realServiceNear({ addresses, routes, firmware }: Surroundings): string | undefined {
  if (addresses.includes(METADATA_ADDRESSES.ipv4)) return undefined; // it is ours already, and nobody else's
  for (const address of Object.values(METADATA_ADDRESSES)) {
    const route = routes.find((one) => covers(one, address));
    if (route) return `the interface ${route.device} leads to ${address}`;
  }
  if (!routes.some(leadsAway)) return undefined;
  if (firmware === undefined) return "no firmware says that this machine is not a cloud's";
  const cloud = CLOUDS.find(([pattern]) => pattern.test(firmware));
  return cloud && `this machine is ${cloud[1]}'s, or looks so`;
}

export interface LinkLocal {
  /** Those that can be listened at. */
  readonly addresses: readonly string[];
  /** Gives back what was taken. */
  release(): void;
}

/**
 * Takes the address of the metadata service, and the IPv6 one where it is wanted and the machine has IPv6. NetworkError with one line where a real
 * metadata service may be (EREAL), and where the right to take addresses is missing.
 */
export function takeLinkLocal(ipv6: boolean): LinkLocal {
  const surroundings = readSurroundings();
  const reason = process.platform === "linux" ? realServiceNear(surroundings) : "only on Linux can addresses be taken";
  if (reason !== undefined) throw new NetworkError("EREAL", refusal(reason));
  const taken: string[] = [];
  const wanted = ipv6 ? Object.values(METADATA_ADDRESSES) : [METADATA_ADDRESSES.ipv4];
  const listenable = wanted.filter((address) => take(address, surroundings, taken));
  return { addresses: listenable, release: () => taken.forEach(removeFromLoopback) };
}

const BY_HAND = `ip address add ${METADATA_ADDRESSES.ipv4}/32 dev lo`;

const refusal = (reason: string) =>
  `refused to take ${METADATA_ADDRESSES.ipv4}: ${reason}, and a real metadata service may answer there. Run this in a container or ` +
  `network namespace of its own; who is sure that none does gives the address before, as root: ${BY_HAND}`;

function take(address: string, { addresses }: Surroundings, taken: string[]): boolean {
  if (addresses.includes(address)) return true;
  try {
    if (addToLoopback(address)) taken.push(address);
    return true;
  } catch (error) {
    if (address !== METADATA_ADDRESSES.ipv4) return false; // a machine without IPv6
    const { code } = describe(error);
    const advice = `taking ${address} needs CAP_NET_ADMIN, which this process lacks: give the address before, as root: ${BY_HAND}`;
    throw code === "EPERM" ? new NetworkError(code, advice, { cause: error }) : error;
  }
}
