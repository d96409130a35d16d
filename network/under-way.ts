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
}

/** Watches from now on, until it is disposed. */
export function watchUnderWay(): UnderWay {
  const answers = new Set<ServerResponse>();
  const came = (message: unknown) => void answers.add((message as { response: ServerResponse }).response);
  const answered = (message: unknown) => void answers.delete((message as { response: ServerResponse }).response);
  subscribe("http.server.request.start", came);
  subscribe("http.server.response.finish", answered);
  return {
    isAnswering() {
      for (const answer of answers) if (answer.destroyed || isLeftInSilence(answer)) answers.delete(answer);
      return answers.size > 0;
    },
    [Symbol.dispose]() {
      unsubscribe("http.server.request.start", came);
      unsubscribe("http.server.response.finish", answered);
    },
  };
}
