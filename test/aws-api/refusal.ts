// What refusals look like from outside, and how a signed request is spoilt: for the tests of each service's words.

import { expect } from "vitest";
import { header } from "../../network/message.ts";
import { type Draft, frontDoor, text } from "./world.ts";

export const handle = frontDoor();

export interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

const unescaped = (xml = "") =>
  xml.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Sends a request and takes the refusal apart. */
export async function refusalOf(request: Parameters<typeof handle>[0], door = handle): Promise<Refusal> {
  const reply = await door(request);
  const body = await text(reply);
  const found = [...body.matchAll(/<([\w-]+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [name, unescaped(value)]);
  const { Code: code, Message: message, RequestId, HostId, Type, ...fields } = Object.fromEntries(found);
  expect(reply.facts?.errorCode).toBe(code);
  expect(header(reply.rawHeaders, "date")).toBe(new Date(request.at).toUTCString());
  if (body !== "") {
    const id = header(reply.rawHeaders, "x-amzn-requestid") ?? header(reply.rawHeaders, "x-amz-request-id");
    expect(RequestId).toBe(id);
    expect(Type === undefined ? HostId : Type).toBe(
      Type === undefined ? header(reply.rawHeaders, "x-amz-id-2") : reply.status < 500 ? "Sender" : "Receiver",
    );
  }
  return { status: reply.status, code, message, fields };
}

/** Changes the Authorization header of a signed request. */
export const authorization = (change: (value: string) => string): Pick<Draft, "tamper"> => ({
  tamper: (sent) => ({
    ...sent,
    headers: { ...sent.headers, authorization: change(sent.headers.authorization ?? "") },
  }),
});
/** Changes or, where undefined, removes headers after signing. */
export const headers = (changed: Record<string, string | undefined>): Pick<Draft, "tamper"> => ({
  tamper: (sent) => {
    const entries = Object.entries({ ...sent.headers, ...changed }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    return { ...sent, headers: Object.fromEntries(entries) };
  },
});
export const target = (change: (value: string) => string): Pick<Draft, "tamper"> => ({
  tamper: (sent) => ({ ...sent, target: change(sent.target) }),
});

export const MINUTE = 60_000;
