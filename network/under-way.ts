// Is anything under way between this process's servers and their clients? Node's own news of its servers, and the kernel's table of
// sockets, so that nobody pays for it but while somebody asks.
// https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isLeftInSilence } from "./treatment.ts";

interface Exchange {
  readonly response: ServerResponse;
  readonly socket: Socket;
}

export interface UnderWay extends Disposable {
  /**
   * Has a request come of which the answer is not out yet, at any server of this process? Those that a fault leaves without an answer do
   * not count, nor those whose client has gone.
   */
  isAnswering(): boolean;
  /** Is there an answer that a client on this machine has not read yet? Known on Linux alone, and of IPv4. */
  hasUnread(): boolean;
}

/** Watches from now on, until it is disposed. */
export function watchUnderWay(): UnderWay {
  const answers = new Set<ServerResponse>();
  const ports = new Set<number>();
  const came = (message: unknown) => {
    const { response, socket } = message as Exchange;
    answers.add(response);
    if (socket.localPort !== undefined) ports.add(socket.localPort);
  };
  const answered = (message: unknown) => void answers.delete((message as Exchange).response);
  subscribe("http.server.request.start", came);
  subscribe("http.server.response.finish", answered);
  return {
    isAnswering() {
      for (const answer of answers) if (answer.destroyed || isLeftInSilence(answer)) answers.delete(answer);
      return answers.size > 0;
    },
    hasUnread: () => unreadFrom(socketTable()).some((port) => ports.has(port)),
    [Symbol.dispose]() {
      unsubscribe("http.server.request.start", came);
      unsubscribe("http.server.response.finish", answered);
    },
  };
}

function socketTable(): string {
  try {
    return readFileSync("/proc/net/tcp", "latin1");
  } catch {
    return "";
  }
}

/** A line has the addresses and ports of both ends, the state, and how many bytes wait to be sent and to be read, in hexadecimal. */
const UNREAD = /^ *\d+: [0-9A-F]{8}:[0-9A-F]{4} [0-9A-F]{8}:([0-9A-F]{4}) [0-9A-F]{2} [0-9A-F]{8}:(?!0{8})[0-9A-F]{8} /gm;

/** The far ports of sockets with bytes that nobody has read. https://docs.kernel.org/networking/proc_net_tcp.html */
export const unreadFrom = (table: string): number[] =>
  Array.from(table.matchAll(UNREAD), ([, port = ""]) => Number.parseInt(port, 16));
