// What do the process in the namespaces and the one that has started it tell each other? One object each, over Node's channel
// between processes, sockets with it.

import type { Endpoint } from "../endpoint.ts";
import type { Cover } from "./covers.ts";

export type Order =
  | {
      readonly order: "settle";
      readonly addresses: readonly string[];
      readonly listen: readonly Endpoint[];
      readonly resolver: Endpoint;
      readonly covers: readonly Cover[];
    }
  | {
      readonly order: "become";
      readonly program: string;
      readonly args: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    };

export type Report =
  /** With the socket that listens there. */
  | { readonly report: "listening"; readonly index: number }
  /** With the socket at which the resolver's queries come in. */
  | { readonly report: "resolver" }
  | { readonly report: "settled" }
  | { readonly report: "failed"; readonly code: string; readonly message: string };
