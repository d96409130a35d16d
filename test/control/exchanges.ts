// Exchanges for the tests of the request log, as plain as they can be.

import type { ExchangeFacts, HttpReply, HttpRequest } from "../../network/message.ts";

export const START = Date.parse("2026-11-24T00:00:00Z");
export const second = 1_000;
export const hour = 3_600_000;

export const request = (target: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  target,
  rawHeaders: ["Host", "x", "User-Agent", "Boto3/1.44"],
  body: (async function* () {})(),
  at: START,
  realAt: START,
  remoteAddress: "127.0.0.1",
  remotePort: 50_000,
  localAddress: "127.0.0.1",
  localPort: 1338,
  ...more,
});

export const reply = (status = 200, facts?: ExchangeFacts): HttpReply => ({
  status,
  rawHeaders: [],
  body: "",
  ...(facts && { facts }),
});
