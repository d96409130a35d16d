// What is known of a request on its way through the front door? Each step adds to it; the matrix in front-door.ts has their order.

import type { CredentialRotator } from "../credential-rotator/rotator.ts";
import type { Entropy } from "../entropy/entropy.ts";
import type { SecretKey } from "../entropy/hash.ts";
import type { ExchangeFacts, HttpReply, HttpRequest } from "../network/message.ts";
import type { Identities, Principal } from "../roles/model.ts";
import type { Session } from "../signing/session.ts";
import type { Signature, SignatureFault } from "../signing/signature.ts";
import type { Answer, AwsError, Call, Permission } from "./call.ts";
import type { LastUses } from "./last-uses.ts";
import type { Wording } from "./refusals/refusal.ts";

/** What the endpoints stand on. */
export interface World {
  readonly region: string;
  readonly entropy: Entropy;
  /** From which the keys of what callers are given to carry are derived. */
  readonly masterKey: SecretKey;
  identities(): Identities;
  readonly rotator: CredentialRotator;
  /** A signature must be in time by the simulated clock alone. */
  readonly strictClock?: boolean;
  /** Once it is known who asks: sets `reply` where something is to go wrong instead. */
  interject?(exchange: Exchange): void;
}

/** An operation with the state that it works on already at hand. */
export interface BoundOperation {
  /** It may come unsigned. */
  readonly unsigned?: true;
  permissions(call: Call): readonly Permission[];
  act(call: Call): Answer | Promise<Answer>;
}

/** Throws Refused or AwsError where the request ends. */
export type Step = (exchange: Exchange) => void | Promise<void>;

/** How a service's wire protocol takes its part in the steps. */
export interface Protocol {
  /** Whether requests are forms, whose body must be read before anything is known, or resources. */
  readonly kind: "form" | "resource";
  /** What there is to read before the operation is known. */
  readonly receive: Step;
  /** Sets `operation`, also to one that is not served; leaves it empty where there is none. */
  readonly recognise: Step;
  /** Refuses what is recognised but not served. */
  readonly admit: Step;
  /** Sets `input` from all but the body. */
  readonly read: Step;
  /** Takes the body into the input. */
  readonly takeBody: Step;
  /** Sets `reply`. */
  readonly render: Step;
  renderError(exchange: Exchange, error: AwsError): HttpReply;
}

export interface Service {
  /** As a credential scope names it. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly wording: Wording;
  readonly operations: Readonly<Record<string, BoundOperation>>;
  /** The region that a scope must name; a service with a global endpoint there takes the names of that, too. */
  signingRegion(own: string, claimed: string): string;
  newIds(entropy: Entropy): RequestIds;
}

/** What an answer is known by. */
export interface RequestIds {
  readonly requestId: string;
  /** S3's `x-amz-id-2`. */
  readonly hostId?: string;
}

/** Who signed, with the secret that proves it. */
export interface Signer {
  readonly principal: Principal;
  readonly secretAccessKey?: string;
  /** Of temporary credentials. */
  readonly session?: Session;
}

export interface Exchange extends RequestIds {
  readonly world: World;
  readonly service: Service;
  readonly lastUses: LastUses;
  readonly request: HttpRequest;
  readonly facts: ExchangeFacts;
  /** What the request says of its signature; undefined when there is none. */
  readonly claimed: Signature | SignatureFault | undefined;
  /** The same, once it is known to have no fault of form. */
  claim: Signature | undefined;
  /** What the protocol received: its own business. */
  received: unknown;
  /** The bucket that the Host header names: signatures of version 2 cover it. */
  hostBucket: string | undefined;
  operation: string;
  signer: Signer;
  input: Record<string, unknown>;
  payload: Uint8Array;
  trailers: ReadonlyMap<string, string>;
  call: Call | undefined;
  answer: Answer;
  reply: HttpReply | undefined;
}
