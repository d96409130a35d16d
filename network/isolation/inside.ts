// The process in the namespaces: takes addresses and sockets, hands the sockets out, covers files, and then becomes the program. So
// nothing of ours runs beside the program, and its input and output, its signals and its exit status are its own.

import type { SendHandle } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import { describe } from "../failure.ts";
import { addToLoopback, raiseLoopback } from "../loopback.ts";
import type { Cover } from "./covers.ts";
import { become, cover, coverPartly, giveUpRights } from "./kernel.ts";
import type { Order, Report } from "./orders.ts";

const send = (report: Report, handle?: SendHandle) =>
  new Promise<void>((resolve) => process.send?.(report, handle, {}, () => resolve()));

async function settle({ addresses, listen, resolver, covers }: Extract<Order, { order: "settle" }>): Promise<void> {
  raiseLoopback();
  for (const address of addresses) addToLoopback(address);
  for (const one of covers) coverUp(one);
  for (const [index, endpoint] of listen.entries()) await handOver(endpoint, index);
  const socket = createSocket("udp4");
  await once(socket.bind({ address: resolver.host, port: resolver.port, exclusive: true }), "listening");
  await send({ report: "resolver" }, socket);
  await send({ report: "settled" });
}

function coverUp({ source, target, partly }: Cover): void {
  try {
    if (partly) coverPartly(source, target);
    else cover(source, target);
  } catch (error) {
    if (!partly) throw error;
    // A kernel before 5.11: the program then sees what the machine itself is, and most do not look.
  }
}

async function handOver({ host, port }: Endpoint, index: number): Promise<void> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, "listening");
  await send({ report: "listening", index }, server);
}

process.on("message", async (order: Order) => {
  try {
    if (order.order === "settle") return await settle(order);
    giveUpRights();
    become(order.program, order.args, order.environment);
  } catch (error) {
    await send({ report: "failed", ...describe(error) });
    process.exit(1);
  }
});
// Whoever has started us is gone.
process.on("disconnect", () => process.exit(1));
