// How are bodies that do not stream taken? Whole, but never more of them than a limit.

import { Refused } from "../refusals/refusal.ts";

/** The bytes of a body of at most `limitBytes`; stops reading beyond. Throws Refused. */
export async function readWhole(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of body) {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) throw new Refused({ fault: "body-too-large", limitBytes });
    pieces.push(piece);
  }
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, sizeBytes);
}
