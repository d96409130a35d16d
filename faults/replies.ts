// How does a spoilt answer still look like the real one? Changes to a reply that keep its headers and their order.

import { empty, notFound } from "../imds/reply.ts";
import { type HttpReply, type HttpRequest, header, type Treatment } from "../network/message.ts";

const TTL = "x-aws-ec2-metadata-token-ttl-seconds";

/** An answer that is lost is not broken off another way. */
const isLost = ({ status, treatment }: HttpReply) => status === 0 && treatment?.brokenOff !== undefined;

/** The answer with that treatment on its way, beside what others do to it. */
export const treated = (reply: HttpReply, treatment: Treatment): HttpReply =>
  isLost(reply) && treatment.brokenOff ? reply : { ...reply, treatment: { ...reply.treatment, ...treatment } };

/** No answer at all: the connection ends so, or stays silent. */
export const unanswered = (reply: HttpReply, by: NonNullable<Treatment["brokenOff"]>["by"]): HttpReply => ({
  ...treated(reply, { brokenOff: { by } }),
  status: 0,
});

/** As it is when EC2ws gives that status: an empty answer, or the page of 404. */
export function metadataStatus(reply: HttpReply, { at, method }: HttpRequest, status: number): HttpReply {
  if (reply.status === 0) return reply;
  // What is left of its token is told to whoever reads with a good one; a new token's life is another matter.
  const left = method === "PUT" || status <= 401 ? undefined : header(reply.rawHeaders, TTL);
  const setting = { at, secondsLeft: left === undefined ? undefined : Number(left), facts: reply.facts ?? {} };
  const made = status === 404 ? notFound(setting, method === "HEAD") : empty(setting, status);
  return reply.treatment === undefined ? made : { ...made, treatment: reply.treatment };
}

/** Another document in place of that of a 200; answers that have none stay as they are. */
export function withDocument(reply: HttpReply, change: (document: string) => string): HttpReply {
  if (reply.status !== 200 || typeof reply.body !== "string" || reply.body === "") return reply;
  const body = change(reply.body);
  return { ...withHeader(reply, "content-length", String(Buffer.byteLength(body))), body };
}

/** Another value of a header, in its place; undefined takes it away. The name is in lower case. */
export function withHeader(reply: HttpReply, name: string, value: string | undefined): HttpReply {
  const rawHeaders: string[] = [];
  for (let i = 0; i < reply.rawHeaders.length; i += 2) {
    const [own, old] = reply.rawHeaders.slice(i, i + 2) as [string, string];
    if (own.toLowerCase() !== name) rawHeaders.push(own, old);
    else if (value !== undefined) rawHeaders.push(own, value);
  }
  return { ...reply, rawHeaders };
}
