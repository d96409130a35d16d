// The helper in the namespace of a network: takes a socket that listens outside, and leads its connections to the service inside.

import type { Server } from "node:net";
import { relay } from "./relay.ts";

process.on("message", ({ port }: { readonly port: number }, server: Server) => {
  Object.assign(server, { allowHalfOpen: true }).on("connection", (client) =>
    relay(client, { host: "localhost", port }),
  );
  process.send?.("ready");
});
process.on("disconnect", () => process.exit());
