// How does a server come to listen, and how does it stop? The same for every face and for the control API's application.

import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Endpoint, endpointUrl } from "./endpoint.ts";
import { describe, NetworkError } from "./failure.ts";
import { createServer } from "./http.ts";

export interface Listener extends Endpoint {
  /** `http://host:port` without a trailing slash. */
  readonly url: string;
  /** Refuses new connections from now on, or takes them again; what is open goes on. NetworkError when the port is taken meanwhile. */
  refuse(refusing: boolean): Promise<void>;
  /** Stops listening and cuts what is open; resolves when no handler is at work any more. */
  close(): Promise<void>;
}

/** Far more than any test opens, and few enough that a flood ends before the memory does. */
const CONNECTIONS = 10_000;

/** Serves an application of node:http's own kind, such as one of Express, at the endpoint. NetworkError as `openServer`. */
export function listenApplication(application: RequestListener, endpoint: Endpoint): Promise<Listener> {
  return openServer(createServer(application), endpoint);
}

/** Binds the server. NetworkError with the system's code and advice when it cannot be bound. */
export async function openServer(server: Server, endpoint: Endpoint): Promise<Listener> {
  server.maxConnections = CONNECTIONS;
  await bind(server, endpoint);
  // A client that cannot be taken in, for too many open files, is turned away; the others go on.
  server.on("error", () => {});
  const { address: host, port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    host,
    port,
    url: endpointUrl({ host, port }),
    refuse: async (refusing) => {
      if (closed !== undefined || refusing !== server.listening) return;
      if (refusing) server.close();
      else await bind(server, { host, port });
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

async function bind(server: Server, endpoint: Endpoint): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).once("listening", resolve);
  server.listen({ host: endpoint.host, port: endpoint.port });
  try {
    await promise;
  } catch (error) {
    throw cannotListen(endpoint, error);
  } finally {
    server.off("error", reject).off("listening", resolve);
  }
}

const ADVICE: Readonly<Record<string, (endpoint: Endpoint) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port ${port} on ${host} is in use: end what listens there, or choose another port, 0 for any free one`,
  EACCES: ({ host, port }) =>
    `port ${port} on ${host} needs rights that this process lacks: choose a port from 1024 up, or grant CAP_NET_BIND_SERVICE`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine: choose one that is, such as 127.0.0.1`,
  EAFNOSUPPORT: ({ host }) => `this machine does not speak the protocol of ${host}: choose 127.0.0.1`,
  ENOTFOUND: ({ host }) => `there is no host ${host}: write an IP address, such as 127.0.0.1`,
};

function cannotListen(endpoint: Endpoint, cause: unknown): NetworkError {
  const { code, message } = describe(cause);
  const advice = ADVICE[code]?.(endpoint) ?? `cannot listen on port ${endpoint.port} of ${endpoint.host}: ${message}`;
  return new NetworkError(code, advice, { cause });
}
