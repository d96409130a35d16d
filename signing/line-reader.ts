// Where do lines and runs of bytes end, when the network splits them anywhere?

import { PayloadFault } from "./payload-fault.ts";

/** Reads a stream by lines and by counts of bytes, holding no more of it than one piece and one line. */
export class LineReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** Some bytes, no more than `most`, without copying them; undefined at the end of the stream. */
  async some(most: number): Promise<Uint8Array | undefined> {
    if (!(await this.#fill())) return undefined;
    const bytes = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(bytes.length);
    return bytes;
  }

  /**
   * The next line, each character one byte, without its LF or CRLF; undefined at the end of the stream. The last one may lack
   * its end. PayloadFault `malformed-chunk` when it is longer than `longest`.
   */
  async line(longest: number): Promise<string | undefined> {
    let line = "";
    for (let ended = false; !ended; ) {
      if (!(await this.#fill())) {
        if (line === "") return undefined;
        break;
      }
      const feed = this.#piece.indexOf(10);
      ended = feed >= 0;
      const taken = this.#piece.subarray(0, ended ? feed : this.#piece.length);
      if (line.length + taken.length > longest) throw new PayloadFault({ fault: "malformed-chunk" });
      line += Buffer.from(taken.buffer, taken.byteOffset, taken.byteLength).toString("latin1");
      this.#piece = this.#piece.subarray(taken.length + (ended ? 1 : 0));
    }
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  /** Lets go of the stream, wherever reading stopped. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** False at the end of the stream. */
  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) return false;
      this.#piece = next.value;
    }
    return true;
  }
}
