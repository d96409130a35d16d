// How do the faces differ below what handlers see? EC2's metadata service closes after each answer; the AWS endpoints keep
// connections and stream, and the agents of containers keep them as Go does. What none can read, each refuses in its own way.

import type { HttpReply } from "./message.ts";

export interface Face {
  /** False where each answer ends its connection. */
  readonly keepsAlive: boolean;
  readonly headerBytes: number;
  readonly headerCount: number;
  /** For the head of a request, from its first byte. */
  readonly headTimeoutMilliseconds: number;
  /** For the whole of a request; 0 where bodies may take their time. */
  readonly requestTimeoutMilliseconds: number;
  /** For a connection on which nothing moves, within a request or an answer; 0 where the other limits are enough. */
  readonly idleTimeoutMilliseconds: number;
  /** For a connection between two requests. */
  readonly keepAliveTimeoutMilliseconds: number;
  /** How much of an unread body is taken off the wire after the answer, so that the client sees that and not a reset. */
  readonly drainBytes: number;
  /** The whole answer, as on the wire, to what is no HTTP request; `at` is the simulated instant. */
  malformed(at: number): string;
  /** The answer when a handler failed. */
  failure(at: number): HttpReply;
}

const SECOND = 1_000;
const KIBIBYTE = 1_024;

const httpDate = (at: number): string => new Date(at).toUTCString();

/** Header order and spelling of EC2ws's empty answers, as in captures of 2023 to 2026. */
const emptyFromEc2 = (at: number): string[] => [
  "Content-Length",
  "0",
  "Date",
  httpDate(at),
  "Server",
  "EC2ws",
  "Connection",
  "close",
  "Content-Type",
  "text/plain",
];

/** The instance metadata service. How EC2 answers what is no HTTP was never captured: its empty 400 is taken for that. */
export const imdsFace: Face = {
  keepsAlive: false,
  headerBytes: 16 * KIBIBYTE,
  headerCount: 200,
  headTimeoutMilliseconds: 10 * SECOND,
  requestTimeoutMilliseconds: 60 * SECOND,
  // Answers are small enough for the system's own buffers, so that no client can hold one up.
  idleTimeoutMilliseconds: 0,
  keepAliveTimeoutMilliseconds: 5 * SECOND,
  drainBytes: 64 * KIBIBYTE,
  malformed: (at) => onTheWire("400 Bad Request", emptyFromEc2(at)),
  failure: (at) => ({ status: 500, rawHeaders: emptyFromEc2(at), body: "" }),
};

const INTERNAL_ERROR = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>`;

/**
 * The AWS endpoints. An SDK's part of a multipart upload is 8 MB: a refused one is still read, a larger body is not.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const awsFace: Face = {
  keepsAlive: true,
  headerBytes: 64 * KIBIBYTE,
  headerCount: 1_000,
  headTimeoutMilliseconds: 30 * SECOND,
  requestTimeoutMilliseconds: 0,
  idleTimeoutMilliseconds: 120 * SECOND,
  keepAliveTimeoutMilliseconds: 75 * SECOND,
  drainBytes: 16 * KIBIBYTE * KIBIBYTE,
  malformed: (at) => onTheWire("400 Bad Request", ["Date", httpDate(at), "Content-Length", "0", "Connection", "close"]),
  failure: (at) => ({
    status: 500,
    rawHeaders: [
      "Content-Type",
      "application/xml",
      "Content-Length",
      String(INTERNAL_ERROR.length),
      "Date",
      httpDate(at),
    ],
    body: INTERNAL_ERROR,
  }),
};

/** The ECS agent and the EKS Pod Identity Agent: servers of Go's net/http, whose own refusals have neither date nor length. */
export const agentFace: Face = {
  keepsAlive: true,
  headerBytes: 64 * KIBIBYTE,
  headerCount: 1_000,
  headTimeoutMilliseconds: 30 * SECOND,
  requestTimeoutMilliseconds: 30 * SECOND,
  idleTimeoutMilliseconds: 0,
  keepAliveTimeoutMilliseconds: 30 * SECOND,
  drainBytes: 256 * KIBIBYTE,
  malformed: () =>
    `${onTheWire("400 Bad Request", ["Content-Type", "text/plain; charset=utf-8", "Connection", "close"])}400 Bad Request`,
  failure: (at) => ({
    status: 500,
    rawHeaders: ["Content-Type", "text/plain; charset=utf-8", "Date", httpDate(at), "Content-Length", "0"],
    body: "",
  }),
};

function onTheWire(status: string, rawHeaders: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status}`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
