// How is a service in a network of its own reached from outside? We listen outside and hand that socket to a helper inside, which
// leads each connection on to the service.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { describe, NetworkError } from "../failure.ts";

export interface Forward {
  end(): void;
}

const HOST = "127.0.0.1";

/**
 * Leads 127.0.0.1:port to the same port in the network of that process; `helper` is the file of forwarder.ts. NetworkError when the
 * port cannot be had, or that network not be entered.
 */
export async function forwardTo(port: number, pid: number, helper: string): Promise<Forward> {
  const server = await listenOutside(port);
  const within = ["--target", String(pid), "--user", "--net", "--preserve-credentials", "--"];
  const child = spawn("nsenter", [...within, process.execPath, helper], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: true, // Ctrl-C is for the program
  });
  const handedOver = once(child, "message");
  handedOver.catch(() => {}); // the program may end before
  try {
    await once(child, "spawn");
    child.send({ port }, server, () => server.close());
    await Promise.race([handedOver, failureOf(child)]);
  } catch (cause) {
    server.close();
    throw new NetworkError("EFORWARD", `port ${port} cannot be forwarded: nsenter (util-linux) does not work here`, {
      cause,
    });
  }
  return { end: () => child.connected && child.disconnect() };
}

async function failureOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`it ended with status ${code}`);
}

async function listenOutside(port: number): Promise<Server> {
  const server = createServer().listen({ host: HOST, port, exclusive: true });
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    const { code } = describe(error);
    const reason = code === "EADDRINUSE" ? "is in use: end what listens there" : `cannot be had (${code})`;
    throw new NetworkError(code, `port ${port} on ${HOST} ${reason}, or let the service inside have another port`);
  }
}
