// Why is a request refused? Every reason that the front door has, as data; each service has a table that puts them into its own
// words (`query.ts`, `s3.ts`). What an operation refuses by itself it says as an AwsError.

import type { HttpRequest } from "../../network/message.ts";
import type { PayloadFaultData } from "../../signing/payload-fault.ts";
import type { SignatureFault } from "../../signing/signature.ts";
import type { AwsError } from "../call.ts";

/** What is wrong with who signs, beside the signature itself. */
export type AccessFault =
  | { readonly fault: "not-signed" }
  /** No such key, an inactive one, or a temporary one without its token. */
  | { readonly fault: "unknown-key"; readonly accessKeyId: string }
  /** Not our token, or another key's. */
  | { readonly fault: "invalid-token"; readonly sessionToken: string }
  | { readonly fault: "expired-token"; readonly sessionToken: string }
  /** Without a denial AWS does not explain itself: to those who did not sign. */
  | { readonly fault: "denied"; readonly denial?: Denial };

/** Who may not do what, and why. */
export interface Denial {
  readonly principalArn: string;
  readonly action: string;
  /** An ARN, `*`, or as the permission has it shown. */
  readonly resource: string;
  /** As `denialReason` gives it, with a space before it. */
  readonly reason: string;
  /** All of it for those who may decode it; made when it is asked for, which only some services do. */
  readonly encodedMessage: () => string;
}

/** What is wrong with what is asked. */
export type RequestFault =
  | { readonly fault: "unserved-operation"; readonly operation: string; readonly parameter?: string }
  /** The resource has no such method, or the form no action. */
  | { readonly fault: "no-operation"; readonly method: string; readonly resource: string }
  | { readonly fault: "body-too-large"; readonly limitBytes: number }
  /** A bug of ours. */
  | { readonly fault: "defect" };

/** What is wrong with the service: injected faults alone say so. */
export type ServerFault =
  | { readonly fault: "throttled" }
  | { readonly fault: "unavailable" }
  | { readonly fault: "internal-error" }
  | { readonly fault: "idle-connection" };

export type Refusal = SignatureFault | PayloadFaultData | AccessFault | RequestFault | ServerFault;

/** The data of one refusal. */
export type Case<Name extends Refusal["fault"]> = Extract<Refusal, { readonly fault: Name }>;

/** How a service words refusals: a row for each that it can meet, and all that it never meets count as a defect. */
export type Wording<Met extends Refusal["fault"] = "defect"> = {
  readonly [Name in Met]: (refusal: Case<Name>, request: HttpRequest) => AwsError;
} & {
  readonly [Name in Refusal["fault"]]?: (refusal: Case<Name>, request: HttpRequest) => AwsError;
};

/** What only S3 checks. */
export type OnlyS3 =
  | PayloadFaultData["fault"]
  | "headers-not-signed"
  | "missing-payload-hash"
  | "invalid-payload-hash"
  | "unsupported-chunk-encoding"
  | "invalid-expires"
  | "idle-connection"
  | "presigned-expired"
  | "presigned-not-yet-valid";

/** A refusal on its way from the step that found it to the service's table. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.fault);
    this.refusal = refusal;
  }
}

/** The service's words for a refusal of this request. */
export function word(wording: Wording, refusal: Refusal, request: HttpRequest): AwsError {
  const row = (wording[refusal.fault] ?? wording.defect) as (refusal: Refusal, request: HttpRequest) => AwsError;
  return row(refusal, request);
}

/** `20260924T000000Z`, as signatures write an instant. */
export function basicTimestamp(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}
