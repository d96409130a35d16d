// Which address has a name in a network of its own? A resolver that knows AWS's names and localhost; every other name is unknown.
// https://www.rfc-editor.org/rfc/rfc1035#section-4

import { AWS_ADDRESS } from "./places.ts";

/** Domains of AWS's endpoints: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const AWS_DOMAINS = ["amazonaws.com", "amazonaws.com.cn", "api.aws"];

const HEADER_BYTES = 12;
const [TYPE_A, TYPE_AAAA, CLASS_IN] = [1, 28, 1];
const [NO_ERROR, MALFORMED, UNKNOWN_NAME, NOT_SERVED] = [0, 1, 3, 4];
const RESPONSE = 0x8000;
const [OPCODE, RECURSION_DESIRED, RECURSION_AVAILABLE] = [0x7800, 0x0100, 0x0080];
const TTL_SECONDS = 60;

interface Question {
  /** In lower case, without the dot at the end. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Where it ends in the message. */
  readonly end: number;
}

/** Answers one message of DNS; undefined for what is no question to a server at all. */
export function answerNameQuery(query: Buffer): Buffer | undefined {
  if (query.length < HEADER_BYTES) return undefined;
  const flags = query.readUInt16BE(2);
  if (flags & RESPONSE) return undefined;
  if (flags & OPCODE) return message(query, flags, NOT_SERVED);
  const question = query.readUInt16BE(4) === 1 ? readQuestion(query) : undefined;
  if (question === undefined) return message(query, flags, MALFORMED);
  const found = addressesOf(question.name);
  if (found === undefined) return message(query, flags, UNKNOWN_NAME, question);
  const bytes = question.class === CLASS_IN ? found.get(question.type) : undefined;
  return message(query, flags, NO_ERROR, question, bytes);
}

const LOCALHOST = new Map([
  [TYPE_A, Buffer.of(127, 0, 0, 1)],
  [TYPE_AAAA, Buffer.from("00000000000000000000000000000001", "hex")],
]);
const AWS = new Map([[TYPE_A, Buffer.from(AWS_ADDRESS.split(".").map(Number))]]);

/** By the type of the record; undefined for a name that there is not. */
function addressesOf(name: string): ReadonlyMap<number, Buffer> | undefined {
  if (name === "localhost" || name.endsWith(".localhost")) return LOCALHOST;
  return AWS_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`)) ? AWS : undefined;
}

/** Undefined when it is cut off, or its name is compressed, which a question's never is. */
function readQuestion(query: Buffer): Question | undefined {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = query[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(query.toString("latin1", at, at + length));
    at += length;
  }
  if (at + 4 > query.length) return undefined;
  const name = labels.join(".").toLowerCase();
  return { name, type: query.readUInt16BE(at), class: query.readUInt16BE(at + 2), end: at + 4 };
}

function message(query: Buffer, flags: number, code: number, question?: Question, address?: Buffer): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(RESPONSE | (flags & (OPCODE | RECURSION_DESIRED)) | RECURSION_AVAILABLE | code, 2);
  head.writeUInt16BE(question ? 1 : 0, 4);
  head.writeUInt16BE(address ? 1 : 0, 6);
  const asked = question ? query.subarray(HEADER_BYTES, question.end) : Buffer.alloc(0);
  return Buffer.concat([head, asked, ...(question && address ? [record(question.type, address)] : [])]);
}

function record(type: number, address: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0); // the name is that of the question
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(address.length, 10);
  return Buffer.concat([head, address]);
}
