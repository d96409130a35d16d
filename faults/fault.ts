// What is a fault? A name, parameters, and what it does to a request that it strikes: some of the abilities below.

import type { z } from "zod";
import type { Refusal } from "../aws-api/refusals/refusal.ts";
import type { CredentialRotator } from "../credential-rotator/rotator.ts";
import type { Instance } from "../instances/instance.ts";
import type { HttpReply, HttpRequest } from "../network/message.ts";
import type { ImdsTokens } from "../signing/imds-tokens.ts";

export type Face = "imds" | "aws";

/** What is known of a request when it is decided whether a fault strikes. */
export interface Asked {
  readonly face: Face;
  readonly request: HttpRequest;
  /** At the AWS endpoints the one whose role signed. */
  readonly instance?: Instance | undefined;
  /** AWS endpoints: `s3`. */
  readonly service?: string;
  readonly accessKeyId?: string | undefined;
  /** An ARN. */
  readonly principal?: string | undefined;
  readonly sessionToken?: string | undefined;
  /** When the session that signed was issued, epoch milliseconds. */
  readonly issuedAt?: number | undefined;
}

export interface Action {
  /** Whether it has anything to do with a request that its limits let through. */
  concerns?(asked: Asked): boolean;
  /** AWS endpoints: the request is refused so, and nothing is done. */
  refuse?(asked: Asked): Refusal;
  /** AWS endpoints: the request is lost before anything is done. */
  readonly loses?: true;
  /** Where a whole listener is meant, nobody gets a connection there. */
  readonly shutsDoor?: true;
  /** What becomes of the answer. At IMDS that is all there is to spoil, because a request there changes nothing. */
  spoil?(reply: HttpReply, asked: Asked): HttpReply;
  /** IMDS: the credentials as this reader sees them. */
  credentials?(rotator: CredentialRotator): CredentialRotator;
  /** IMDS: the tokens as this reader sees them. */
  tokens?(tokens: ImdsTokens): ImdsTokens;
}

export interface FaultKind<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  /** One line, which begins in lower case and says what a client meets. */
  readonly summary: string;
  readonly faces: readonly Face[];
  readonly parameters: Shape;
  /** What it strikes unless told otherwise. */
  readonly usual?: { readonly path?: string; readonly method?: string };
  /** Called once for each raised fault, so that it may keep count; `beganAt` is the instant from which on it is in force. */
  act(parameters: z.infer<z.ZodObject<Shape>>, beganAt: number): Action;
}

export const faultKind = <Shape extends z.ZodRawShape>(kind: FaultKind<Shape>): FaultKind<Shape> => kind;

export const BOTH: readonly Face[] = ["imds", "aws"];
export const IMDS: readonly Face[] = ["imds"];
export const AWS: readonly Face[] = ["aws"];

/** The documents with keys, in every version of the tree. */
export const CREDENTIALS = { path: "/*/meta-data/iam/security-credentials/?*" } as const;
export const TOKEN_REQUEST = { path: "/latest/api/token", method: "PUT" } as const;
