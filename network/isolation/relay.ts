// How does a connection get from a network of its own to Mayfly's? Two connections, joined: what one side says the other one hears,
// its end and its sudden end too.

import { connect, type Socket } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import { setHopLimit } from "../hop-limit.ts";

/** Leads this connection on to the endpoint. Whoever comes when nobody listens there is cut off. */
export function relay(client: Socket, { host, port }: Endpoint): void {
  join(client, connect({ host, port, allowHalfOpen: true, noDelay: true }));
}

/**
 * The same for the metadata service, which answers one request a connection: the packets of the answer to a PUT, that for a token,
 * have the hop limit. What the metadata service itself sets is the limit of its connection with us.
 */
export function relayToMetadata(client: Socket, endpoint: Endpoint, hopLimit: number): void {
  client.on("error", () => {});
  client.once("readable", () => {
    const first: Buffer | null = client.read();
    if (first?.toString("latin1", 0, 4) === "PUT ") setHopLimit(client, hopLimit);
    if (first) client.unshift(first);
    relay(client, endpoint);
  });
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  cutTogether(one, other);
  cutTogether(other, one);
}

function cutTogether(one: Socket, other: Socket): void {
  one.on("error", () => other.resetAndDestroy());
  one.on("close", () => {
    if (!one.readableEnded || !one.writableFinished) other.destroy();
  });
}
