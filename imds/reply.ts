// How does EC2ws write an answer? The header lists in the order and spelling of raw curl captures that users of real instances
// posted between 2020 and 2026: one for documents, one for empty answers, one for the 404 page and one for a new token.

import type { ExchangeFacts, HttpReply } from "../network/message.ts";
import { httpDate } from "./timestamp.ts";

/** What every answer to one request has in common. */
export interface Setting {
  /** The stamp of the request, epoch milliseconds. */
  readonly at: number;
  /** What is left of the token that the request carried: it is told in every answer to a valid token, and only there. */
  readonly secondsLeft: number | undefined;
  readonly facts: ExchangeFacts;
}

/** A leaf or a listing. */
export interface Content {
  readonly body: string | Uint8Array;
  readonly contentType: "text/plain" | "application/octet-stream";
  /** As the header has it. */
  readonly lastModified: string;
}

const TTL = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds";

/** 200 with a document. To HEAD the same headers are sent, the length included, without the text. */
export function found({ at, secondsLeft, facts }: Setting, content: Content, headOnly: boolean): HttpReply {
  const rawHeaders = [
    "Content-Type",
    content.contentType,
    "Accept-Ranges",
    "none",
    "Last-Modified",
    content.lastModified,
    "Content-Length",
    String(Buffer.byteLength(content.body)),
    "Date",
    httpDate(at),
    "Server",
    "EC2ws",
    "Connection",
    "close",
  ];
  if (secondsLeft !== undefined) rawHeaders.unshift(TTL, String(secondsLeft));
  return { status: 200, rawHeaders, body: headOnly ? "" : content.body, facts };
}

/** An answer without a body. Where `Allow` stands among the headers no capture says; here it comes first. */
export function empty({ at, secondsLeft, facts }: Setting, status: number, allow?: string): HttpReply {
  const rawHeaders = [
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
  if (allow !== undefined) rawHeaders.unshift("Allow", allow);
  if (secondsLeft !== undefined) rawHeaders.unshift(TTL, String(secondsLeft));
  // EC2ws has its own phrase for 405: https://github.com/googleapis/google-auth-library-ruby/issues/421
  return { status, ...(status === 405 && { statusText: "Not Allowed" }), rawHeaders, body: "", facts };
}

/** 200 with a new token of so many seconds: the one answer that must not get farther than the instance allows. */
export function minted({ at, facts }: Setting, token: string, ttlSeconds: number, hopLimit: number): HttpReply {
  const rawHeaders = [
    TTL,
    String(ttlSeconds),
    "Content-Length",
    String(token.length),
    "Date",
    httpDate(at),
    "Server",
    "EC2ws",
    "Connection",
    "close",
    "Content-Type",
    "text/plain",
  ];
  return { status: 200, rawHeaders, body: token, hopLimit, facts };
}

/** The 404 page, 339 bytes. */
export function notFound({ at, secondsLeft, facts }: Setting, headOnly: boolean): HttpReply {
  const rawHeaders = [
    "Content-Type",
    "text/html",
    "Content-Length",
    String(NOT_FOUND_PAGE.length),
    "Date",
    httpDate(at),
    "Server",
    "EC2ws",
    "Connection",
    "close",
  ];
  if (secondsLeft !== undefined) rawHeaders.unshift(TTL, String(secondsLeft));
  return { status: 404, rawHeaders, body: headOnly ? "" : NOT_FOUND_PAGE, facts };
}

const NOT_FOUND_PAGE = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
\t\t "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>404 - Not Found</title>
 </head>
 <body>
  <h1>404 - Not Found</h1>
 </body>
</html>
`;
