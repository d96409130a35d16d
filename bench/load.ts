// How fast are requests answered? A client on bare sockets, in a process of its own, so that its work is nobody else's.
// It is told what to do by messages, one job at a time: see client.ts.

import { connect, type Socket } from "node:net";

/** Bytes as they go onto the wire, in latin1, and from where; 127.0.0.1 unless given. */
export interface WireRequest {
  readonly bytes: string;
  readonly localAddress?: string;
}

export interface Job {
  readonly port: number;
  /** Taken in turn. */
  readonly requests: readonly WireRequest[];
  /** How many requests are under way at once. */
  readonly connections: number;
  /** Each request has a connection of its own, which the server closes. */
  readonly closes: boolean;
  /** For how long; each request once unless given. */
  readonly seconds?: number;
  /** Give back the answers, in the order of the requests. */
  readonly keep?: boolean;
}

export interface JobReport {
  /** How many requests were answered with a status from 200 to 299. */
  readonly answered: number;
  /** Other statuses, and errors of the socket, by name. */
  readonly failures: Readonly<Record<string, number>>;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** The answers as on the wire, in latin1, where they were to be kept. */
  readonly answers: readonly string[];
}

const MOST_FAILURES = 1_000;

class Run {
  readonly job: Job;
  readonly #latencies: number[] = [];
  readonly #failures: Record<string, number> = {};
  readonly #answers: string[] = [];
  readonly #endsAt: number;
  #taken = 0;
  #failed = 0;

  constructor(job: Job) {
    this.job = job;
    this.#endsAt = job.seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + job.seconds * 1000;
  }

  /** The number of the next request; undefined when it is enough. */
  next(): number | undefined {
    const { requests, seconds } = this.job;
    const done = seconds === undefined ? this.#taken >= requests.length : performance.now() >= this.#endsAt;
    return done || this.#failed > MOST_FAILURES ? undefined : this.#taken++;
  }

  tell(number: number, milliseconds: number, answer: string): void {
    const status = answer.slice(9, 12);
    if (this.job.keep) this.#answers[number] = answer;
    if (status.startsWith("2")) this.#latencies.push(milliseconds);
    else this.fail(status || "no answer");
  }

  fail(why: string): void {
    this.#failed++;
    this.#failures[why] = (this.#failures[why] ?? 0) + 1;
  }

  report(): JobReport {
    const sorted = Float64Array.from(this.#latencies).sort();
    const quantile = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
    return {
      answered: sorted.length,
      failures: this.#failures,
      p50Milliseconds: quantile(0.5),
      p99Milliseconds: quantile(0.99),
      answers: this.#answers,
    };
  }
}

/** One request after the other; resolves when there is none left. */
class Lane {
  readonly #run: Run;
  readonly #buffer = Buffer.allocUnsafe(64 * 1024);
  readonly #ended = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  #number = 0;
  #startedAt = 0;
  #answer = "";

  constructor(run: Run) {
    this.#run = run;
  }

  start(): Promise<void> {
    this.#next();
    return this.#ended.promise;
  }

  #next(): void {
    const { job } = this.#run;
    const number = this.#run.next();
    if (number === undefined) {
      this.#leave();
      this.#ended.resolve();
      return;
    }
    const { bytes, localAddress } = job.requests[number % job.requests.length] as WireRequest;
    this.#number = number;
    this.#answer = "";
    this.#startedAt = performance.now();
    this.#socket ??= this.#connect(job.port, localAddress);
    this.#socket.write(bytes, "latin1");
  }

  #connect(port: number, localAddress: string | undefined): Socket {
    const socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      ...(localAddress !== undefined && { localAddress }),
      onread: {
        buffer: this.#buffer,
        callback: (length) => {
          this.#answer += this.#buffer.toString("latin1", 0, length);
          if (!this.#run.job.closes && isWhole(this.#answer)) this.#tell();
          return true;
        },
      },
    });
    socket.on("error", (error: NodeJS.ErrnoException) => this.#run.fail(error.code ?? error.message));
    // One that we have left is none of our business any more; on the others the answer ends here.
    socket.on("close", () => {
      if (this.#socket === socket) this.#tell();
    });
    return socket;
  }

  #leave(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #tell(): void {
    this.#run.tell(this.#number, performance.now() - this.#startedAt, this.#answer);
    if (this.#run.job.closes || this.#socket?.destroyed || /\r\nconnection: close\r\n/i.test(this.#answer))
      this.#leave();
    this.#next();
  }
}

/** By its Content-Length. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, head + 2))?.[1];
  return length !== undefined && answer.length >= head + 4 + Number(length);
}

process.on("message", async (job: Job) => {
  const run = new Run(job);
  await Promise.all(Array.from({ length: job.connections }, () => new Lane(run).start()));
  process.send?.(run.report());
});
process.on("disconnect", () => process.exit());
