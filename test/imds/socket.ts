// IMDS behind a real socket, and a client that sends a request as it stands: no library tidies the path or the headers.

import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { InstanceConfiguration } from "../../instances/configuration.ts";
import { NOW, type World, worldOf } from "./parts.ts";

export interface Served extends World {
  readonly port: number;
  setNow(at: number): void;
  close(): Promise<void>;
}

export interface RawAnswer {
  readonly version: string;
  readonly status: number;
  readonly statusText: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** One request on a connection of its own; resolves when the server has closed it, as EC2 does after each answer. */
export async function send(
  port: number,
  method: string,
  path: string,
  headers: readonly (readonly [name: string, value: string])[],
): Promise<RawAnswer> {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const socket = connect(port, "127.0.0.1");
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: 169.254.169.254\r\n${lines}\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return parse(Buffer.concat(chunks));
}

function parse(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [version = "", status = "", ...words] = statusLine.split(" ");
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { version, status: Number(status), statusText: words.join(" "), rawHeaders, body: bytes.subarray(end + 4) };
}

/** The instance of that configuration behind a plain node:http server on a free port of loopback. */
export async function serve(configuration: InstanceConfiguration): Promise<Served> {
  const world = worldOf(configuration);
  let now = NOW;
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const reply = world.ask(request.method ?? "", request.url ?? "", request.rawHeaders, now);
    response.sendDate = false;
    response.writeHead(reply.status, reply.statusText, reply.rawHeaders as string[]);
    response.end(reply.body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    ...world,
    port: (server.address() as AddressInfo).port,
    setNow: (at) => {
      now = at;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}
