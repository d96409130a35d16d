// Who is at the door? Takes requests off the wire, stamps each once, hands it to the handler, sends the reply. Nothing that a client
// sends, or leaves out, or that a handler throws, ends the process.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { send, type Wait, type Wire } from "./answer.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Face } from "./faces.ts";
import { createServer } from "./http.ts";
import { type HttpHandler, type HttpReply, type HttpRequest, RequestAborted } from "./message.ts";
import { hasBody, noBody, RequestBody } from "./request-body.ts";
import { type Listener, openServer } from "./server.ts";
import type { CertificateOf } from "./tls.ts";
import { sendAsTreated } from "./treatment.ts";

export interface ListenOptions extends Endpoint {
  readonly face: Face;
  readonly handle: HttpHandler;
  /** With TLS, where this is given: the certificate of the name that a client asks for. It throws where there can be none. */
  readonly certificateOf?: CertificateOf;
  /** The simulated and the real instant, in epoch milliseconds. */
  readonly stamp: () => { readonly at: number; readonly realAt: number };
  /** For answers that are to be slow. */
  readonly wait: Wait;
  /** Hears of each exchange once its answer is written, or is on its way where it is streamed. */
  readonly onExchange?: (request: HttpRequest, reply: HttpReply) => void;
  /** Hears of what should never happen: a handler that threw, a reply that could not be written. */
  readonly onFailure: (error: unknown, request: HttpRequest) => void;
}

/**
 * node:http's own note of the answer that is under way, by which its own handler of clientError decides. One of ours, in a WeakMap or
 * on the socket, costs the garbage collector a tenth of all the processor time.
 */
type Connection = Duplex & { _httpMessage?: ServerResponse | null };

/** Listens at the endpoint. NetworkError when that cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const door = new Door(options, await createNodeServer(options));
  const listener = await openServer(door.server, options);
  door.bind(listener);
  return {
    ...listener,
    close: async () => {
      await listener.close();
      await door.whenIdle();
    },
  };
}

class Door {
  readonly server: Server;
  readonly #options: ListenOptions;
  readonly #atWork = new Set<Promise<void>>();
  /** Undefined where we listen on every address and must ask each connection. */
  #localAddress: string | undefined;
  #localPort = 0;

  constructor(options: ListenOptions, server: Server) {
    this.#options = options;
    this.server = server
      .on("request", (message, response) => this.#serve(message, response, false))
      .on("checkContinue", (message, response) => this.#serve(message, response, true))
      .on("checkExpectation", (message, response) => this.#serve(message, response, true))
      .on("clientError", (error, socket) => this.#refuse(error, socket))
      .on("connect", (_, socket) => this.#refuse(undefined, socket));
  }

  bind({ host, port }: Endpoint): void {
    this.#localAddress = host === "0.0.0.0" || host === "::" ? undefined : host;
    this.#localPort = port;
  }

  async whenIdle(): Promise<void> {
    await Promise.all(this.#atWork);
  }

  // No promise where the handler needs none: the metadata service's speed is measured on that path.
  #serve(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const body = hasBody(message) ? new RequestBody(message, response, awaitsContinue) : undefined;
    const request = this.#read(message, body ?? noBody);
    const onHead = (reply: HttpReply) => this.#tell(request, reply);
    const { face, wait } = this.#options;
    const wire: Wire = { face, message, response, body, onHead, wait };
    const going = this.#handle(request, wire);
    if (going === undefined) return;
    this.#atWork.add(going);
    void going.then(() => this.#atWork.delete(going));
  }

  #read({ method = "", url = "", rawHeaders, socket }: IncomingMessage, body: HttpRequest["body"]): HttpRequest {
    const { at, realAt } = this.#options.stamp();
    return {
      method,
      target: url,
      rawHeaders,
      body,
      at,
      realAt,
      remoteAddress: plainAddress(socket.remoteAddress),
      remotePort: socket.remotePort ?? 0,
      localAddress: this.#localAddress ?? plainAddress(socket.localAddress),
      localPort: this.#localPort,
      secure: this.#options.certificateOf !== undefined,
    };
  }

  #handle(request: HttpRequest, wire: Wire): undefined | Promise<void> {
    try {
      const reply = this.#options.handle(request);
      return reply instanceof Promise ? this.#sendLater(request, wire, reply) : this.#send(request, wire, reply);
    } catch (error) {
      return this.#recover(request, wire, error);
    }
  }

  #send(request: HttpRequest, wire: Wire, reply: HttpReply): undefined | Promise<void> {
    return sendAsTreated(wire, reply)?.catch((error) => this.#recover(request, wire, error));
  }

  async #sendLater(request: HttpRequest, wire: Wire, pending: Promise<HttpReply>): Promise<void> {
    try {
      await sendAsTreated(wire, await pending);
    } catch (error) {
      await this.#recover(request, wire, error);
    }
  }

  // Where the head is out, the connection is cut: the client must not take a part for the whole.
  #recover(request: HttpRequest, wire: Wire, error: unknown): undefined | Promise<void> {
    const { face, response } = wire;
    const isOurs = !(error instanceof RequestAborted);
    if (isOurs) this.#options.onFailure(error, request);
    if (isOurs && !response.headersSent) return send(wire, face.failure(request.at));
    response.destroy();
    return undefined;
  }

  #tell(request: HttpRequest, reply: HttpReply): void {
    try {
      this.#options.onExchange?.(request, reply);
    } catch (error) {
      this.#options.onFailure(error, request);
    }
  }

  // What is no request, and CONNECT, for which node:http has no handler either. What was already handed to the socket still
  // gets out; who was too slow, has gone, or waits for the rest of another answer is cut.
  #refuse(error: NodeJS.ErrnoException | undefined, socket: Connection): void {
    const { face, stamp } = this.#options;
    const response = socket._httpMessage;
    const isGone = error !== undefined && !error.code?.startsWith("HPE_");
    socket.on("error", () => {});
    if (isGone || !socket.writable || response?.writableEnded === false) socket.destroy();
    else {
      const answer = response?.writableFinished === false ? "" : face.malformed(stamp().at);
      socket.end(answer, () => socket.destroy());
    }
  }
}

async function createNodeServer({ face, certificateOf }: ListenOptions): Promise<Server> {
  const settings = {
    requireHostHeader: false,
    // Most requests have no body: this spares each of them the life of a stream that nobody reads.
    optimizeEmptyRequests: true,
    // An answer that is written at once and ends its connection has nothing to wait for: a system call less.
    noDelay: face.keepsAlive,
    maxHeaderSize: face.headerBytes,
    headersTimeout: face.headTimeoutMilliseconds,
    requestTimeout: face.requestTimeoutMilliseconds,
    connectionsCheckingInterval: Math.min(face.headTimeoutMilliseconds, 5_000),
    keepAliveTimeout: face.keepAliveTimeoutMilliseconds,
  };
  const server =
    certificateOf === undefined
      ? createServer(settings)
      : (await import("./tls.ts")).createSecureServer(settings, certificateOf);
  server.timeout = face.idleTimeoutMilliseconds;
  server.maxHeadersCount = face.headerCount;
  // A client that has sent its request and closes its own side still gets the answer.
  return Object.assign(server, { httpAllowHalfOpen: true });
}

/** IPv4 in its own form where it comes in at an IPv6 socket. */
function plainAddress(address = ""): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
