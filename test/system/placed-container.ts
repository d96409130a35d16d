// A container that is given an address of a network, which testcontainers has no word for.

import { GenericContainer, getContainerRuntimeClient } from "testcontainers";

export class PlacedContainer extends GenericContainer {
  /** On this network alone; at this address, else at one of the network's choice. */
  at(network: string, address?: string): this {
    this.networkMode = network;
    const placed = address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: placed } };
    return this;
  }
}

/**
 * A network in which a container can have 169.254.169.254: closed, and without an address for the host. Where the host had one, its
 * own way to its metadata service, DNS and time would lead into this bridge. Call what it returns to remove it.
 */
export async function instanceNetwork(name: string): Promise<() => Promise<void>> {
  const { network } = await getContainerRuntimeClient();
  const made = await network.create({
    Name: name,
    Driver: "bridge",
    Internal: true,
    Options: { "com.docker.network.bridge.inhibit_ipv4": "true" },
    IPAM: { Driver: "default", Config: [{ Subnet: "169.254.169.0/24" }] },
  });
  return () => network.remove(made);
}
