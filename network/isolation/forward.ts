// How is a service in a network of its own reached from outside? We listen outside and hand that socket to a helper inside, which
// leads each connection on to the service.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, NetworkError } from "../failure.ts";

export interface Forward {
  end(): void;
}

const HOST = "127.0.0.1";

/**
 * Leads 127.0.0.1:port to the same port in the network of that process; `helper` is the file of forwarder.ts. NetworkError when the
 * port cannot be had.
 */
export async function forwardTo(port: number, pid: number, helper: string): Promise<Forward> {
  const server = createServer().listen({ host: HOST, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = describe(error);
    const reason = code === "EADDRINUSE" ? "is in use: end what listens there" : `cannot be had (${code})`;
    throw new NetworkError(code, `port ${port} on ${HOST} ${reason}, or let the service inside have another port`);
  }
  const within = ["--target", String(pid), "--user", "--net", "--preserve-credentials", "--"];
  const child = spawn("nsenter", [...within, process.execPath, helper], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // Ctrl-C is for the program.
    detached: true,
  });
  child.on("error", () => {}).send({ port }, server, () => server.close());
  await Promise.race([once(child, "message"), once(child, "exit")]);
  return { end: () => child.connected && child.disconnect() };
}
