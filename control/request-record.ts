// What is kept of an exchange, and how is it shown? On the path of every request records are written over and texts are kept
// once: what a ring holds of each request anew, the garbage collector must first carry around.

import { type ExchangeFacts, type HttpReply, type HttpRequest, header } from "../network/message.ts";
import { iso } from "./iso.ts";

export const FACES = ["imds", "aws", "ecs", "eks"] as const;
export type Face = (typeof FACES)[number];

/** One exchange. No secret and no session token is ever in it. */
export interface RequestEntry extends Omit<ExchangeFacts, "keyIssuedAt" | "keyExpiresAt" | "asked"> {
  /** Counts from 1 over all requests, dropped ones included. */
  readonly sequence: number;
  /** The simulated instant at which it came, in ISO 8601. */
  readonly at: string;
  readonly face: Face;
  readonly method: string;
  readonly target: string;
  /** 0 where an injected fault left no answer. */
  readonly status: number;
  readonly sourceAddress: string;
  readonly userAgent?: string;
  /** Of a temporary key: simulated seconds from its issue to this request. */
  readonly keyAgeSeconds?: number;
  /** Of a temporary key: simulated seconds from this request to its expiry; negative when it had expired. */
  readonly keyLeftSeconds?: number;
}

type TextFact = Exclude<keyof ExchangeFacts, "imdsVersion" | "keyIssuedAt" | "keyExpiresAt" | "asked">;
type TextFacts = { -readonly [Name in TextFact]: string | undefined };

/** Instants are epoch milliseconds; those of a key that has none are NaN, so that a number is written over a number. */
export interface RequestRecord {
  sequence: number;
  at: number;
  realAt: number;
  face: Face;
  method: string;
  target: string;
  status: number;
  sourceAddress: string;
  userAgent: string | undefined;
  imdsVersion: 1 | 2 | undefined;
  keyIssuedAt: number;
  keyExpiresAt: number;
  asked: object | undefined;
  facts: TextFacts;
}

const wholeSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
const secondsOrNothing = (milliseconds: number) =>
  Number.isNaN(milliseconds) ? undefined : wholeSeconds(milliseconds);

/** Whole simulated seconds since the key was issued; undefined where there is no temporary key. */
export const keyAgeSeconds = ({ at, keyIssuedAt }: RequestRecord) => secondsOrNothing(at - keyIssuedAt);

/** Whole simulated seconds until the key expires, negative afterwards; undefined where there is no temporary key. */
export const keyLeftSeconds = ({ at, keyExpiresAt }: RequestRecord) => secondsOrNothing(keyExpiresAt - at);

export function blankRecord(): RequestRecord {
  return {
    sequence: 0,
    // Fractions, so that the engine keeps these as numbers that are changed in place.
    at: 0.5,
    realAt: 0.5,
    face: "imds",
    method: "",
    target: "",
    status: 0,
    sourceAddress: "",
    userAgent: undefined,
    imdsVersion: undefined,
    keyIssuedAt: Number.NaN,
    keyExpiresAt: Number.NaN,
    asked: undefined,
    facts: {
      instanceId: undefined,
      metadataVersion: undefined,
      accessKeyId: undefined,
      action: undefined,
      principal: undefined,
      errorCode: undefined,
      fault: undefined,
      reason: undefined,
    },
  };
}

const NO_FACTS: ExchangeFacts = {};

/** Writes the exchange over what the record held. */
export function writeRecord(
  record: RequestRecord,
  sequence: number,
  face: Face,
  request: HttpRequest,
  reply: HttpReply,
  texts: Texts,
): void {
  const facts = reply.facts ?? NO_FACTS;
  record.sequence = sequence;
  record.at = request.at;
  record.realAt = request.realAt;
  record.face = face;
  record.method = texts.one(request.method);
  record.target = texts.one(withoutSecrets(request.target));
  record.status = reply.status;
  record.sourceAddress = texts.one(request.remoteAddress);
  record.userAgent = texts.one(header(request.rawHeaders, "user-agent"));
  record.imdsVersion = facts.imdsVersion;
  record.keyIssuedAt = facts.keyIssuedAt ?? Number.NaN;
  record.keyExpiresAt = facts.keyExpiresAt ?? Number.NaN;
  record.asked = facts.asked;
  copyTexts(facts, record.facts, texts);
}

function copyTexts(from: ExchangeFacts, to: TextFacts, texts: Texts): void {
  to.instanceId = texts.one(from.instanceId);
  to.metadataVersion = texts.one(from.metadataVersion);
  to.accessKeyId = texts.one(from.accessKeyId);
  to.action = texts.one(from.action);
  to.principal = texts.one(from.principal);
  to.errorCode = texts.one(from.errorCode);
  to.fault = texts.one(from.fault);
  to.reason = texts.one(from.reason);
}

const TEXTS = 2_000;

/** One copy of each text that comes again and again; of rare ones it forgets. */
export class Texts {
  readonly #known = new Map<string, string>();

  one<Text extends string | undefined>(text: Text): Text {
    if (text === undefined) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known as Text;
    if (this.#known.size === TEXTS) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}

// A presigned URL carries what opens a bucket, a call of STS what opens a role, and one of IAM a password; names may be escaped.
const SECRET_PARAMETERS =
  /^(x-amz-security-token|x-amz-signature|signature|webidentitytoken|tokencode|(old|new)?password|authenticationcode[12])$/i;
const withoutSecrets = (target: string) =>
  target.includes("?")
    ? target.replace(/([?&])([^=&#]*)=[^&#]*/g, (whole, mark, name) =>
        SECRET_PARAMETERS.test(unescaped(name)) ? `${mark}${name}=REDACTED` : whole,
      )
    : target;
const unescaped = (name: string) =>
  name.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

const given = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/**
 * The record as a plain object of its own, without what is not known. The real instant stays out: of two runs that are the same
 * the logs shall be, too.
 */
export function entryOf(record: RequestRecord): RequestEntry {
  const { sequence, at, face, method, target, status, sourceAddress, userAgent, imdsVersion, facts } = record;
  return {
    sequence,
    at: iso(at),
    face,
    method,
    target,
    status,
    sourceAddress,
    ...given({
      userAgent,
      imdsVersion,
      ...facts,
      keyAgeSeconds: keyAgeSeconds(record),
      keyLeftSeconds: keyLeftSeconds(record),
    }),
  };
}

/** One line for people. */
export function entryLine(entry: RequestEntry): string {
  const { at, face, method, target, status, action, errorCode, principal, instanceId, accessKeyId, reason } = entry;
  const fault = entry.fault === undefined ? undefined : `fault ${entry.fault}`;
  const details = [action, errorCode, principal ?? instanceId, accessKeyId, fault, reason];
  return [at, face.padEnd(4), status, method, target, ...details].filter((part) => part !== undefined).join(" ");
}
