// Who makes the requests? The load generator in its own process, told what to do; and single requests, with their answers read.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Job, JobReport, WireRequest } from "./load.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  /** In latin1. */
  readonly body: string;
}

export class Client implements Disposable {
  readonly #child: ChildProcess = fork(new URL("load.ts", import.meta.url), { serialization: "advanced" });

  async run(job: Job): Promise<JobReport> {
    this.#child.send(job);
    const [report] = await once(this.#child, "message");
    return report;
  }

  /** The answers to these requests, in their order. Throws unless every status is from 200 to 299. */
  async ask(port: number, requests: readonly WireRequest[], connections = 1): Promise<HttpAnswer[]> {
    const { answers, failures } = await this.run({ port, requests, connections, closes: false, keep: true });
    const [failure] = Object.keys(failures);
    if (failure !== undefined)
      throw new Error(`port ${port} answered ${failure}: ${answers.find((text) => !isGood(text))}`);
    return answers.map(readAnswer);
  }

  [Symbol.dispose](): void {
    this.#child.disconnect();
  }
}

const isGood = (text: string | undefined) => text?.slice(9, 10) === "2";

function readAnswer(text: string): HttpAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const [, status, statusText = ""] = /^HTTP\/1\.\d (\d+) ?(.*)$/.exec(first) ?? [];
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { status: Number(status), statusText, rawHeaders, body: text.slice(end + 4) };
}

/** A request as it goes onto the wire. */
export function wire(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body = "",
): WireRequest {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return { bytes: `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}` };
}
