// Is this process answering a request? Node's own news of its servers says so, and nobody pays for it but while somebody asks.
// https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { isLeftInSilence } from "./treatment.ts";

export interface UnderWay extends Disposable {
  /**
   * Has a request come of which the answer is not out yet, at any server of this process? Those that a fault leaves without an answer do
   * not count, nor those whose client has gone.
   */
  isAnswering(): boolean;
  /** When the last answer went out; long ago where none did. */
  answeredAt(): number;
}

/** Watches from now on, until it is disposed, and reads the time from that clock. */
export function watchUnderWay(now: () => number): UnderWay {
  const answers = new Set<ServerResponse>();
  const came = (message: unknown) => void answers.add((message as { response: ServerResponse }).response);
  let answeredAt = Number.NEGATIVE_INFINITY;
  const answered = (message: unknown) => {
    answeredAt = now();
    answers.delete((message as { response: ServerResponse }).response);
  };
  subscribe("http.server.request.start", came);
  subscribe("http.server.response.finish", answered);
  return {
    isAnswering() {
      for (const answer of answers) if (answer.destroyed || isLeftInSilence(answer)) answers.delete(answer);
      return answers.size > 0;
    },
    answeredAt: () => answeredAt,
    [Symbol.dispose]() {
      unsubscribe("http.server.request.start", came);
      unsubscribe("http.server.response.finish", answered);
    },
  };
}
