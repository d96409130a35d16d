// An HTTP exchange as plain objects: what handlers take and give, so that they are tested without a socket.

/** One request, stamped at the door. Header names keep the spelling and order of the wire. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  /** Names and values in turn, as on the wire: `["Host", "169.254.169.254", …]`. */
  readonly rawHeaders: readonly string[];
  /** The bytes of the body, HTTP chunking undone. Reading it answers `Expect: 100-continue`; leave it and no byte comes. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The simulated instant at which it came, in epoch milliseconds: the only "now" of this request. */
  readonly at: number;
  /** The real instant at which it came, in epoch milliseconds. */
  readonly realAt: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** Whether it came over TLS; it did not unless given. */
  readonly secure?: boolean;
}

/** Thrown to the reader of a body: the client went away before all of it had come. Nobody waits for an answer any more. */
export class RequestAborted extends Error {
  override readonly name = "RequestAborted";
}

/** What the request log keeps of an exchange beside the request itself. No secrets, no session tokens. */
export interface ExchangeFacts {
  /** The instance that asked; at the AWS endpoints the one whose role's credentials signed. */
  instanceId?: string;
  /** IMDS: 1 without a token, 2 with one. */
  imdsVersion?: 1 | 2;
  /** IMDS: what the path begins with, `latest` or `2021-03-23`, whether there is such a version or not. */
  metadataVersion?: string | undefined;
  /** The key that was delivered, or that signed the request. */
  accessKeyId?: string;
  /** Of a temporary key, epoch milliseconds. */
  keyIssuedAt?: number;
  keyExpiresAt?: number;
  /** AWS endpoints: `s3:GetObject`. */
  action?: string;
  principal?: string;
  errorCode?: string;
  /** Why it was answered so, where the answer itself does not say. */
  reason?: string;
  /** What the policies were asked, for whoever wants it explained: the AWS endpoints' own business. */
  asked?: object;
  /** The injected faults that struck, by their ids, with spaces between them. */
  fault?: string;
}

/** How an answer is held up or broken off on its way, where something is to go wrong. */
export interface Treatment {
  /** Real milliseconds before the first byte. */
  readonly delayMilliseconds?: number;
  /** The pace of the body, in real time. */
  readonly bytesPerSecond?: number;
  readonly brokenOff?: {
    /** How many bytes of the body still go out; not even the head where it is undefined. */
    readonly afterBodyBytes?: number;
    /** How the connection ends. In silence it stays open until the client goes. */
    readonly by: "closing" | "resetting" | "silence";
  };
}

export interface HttpReply {
  /** 0 where no answer goes out at all. */
  readonly status: number;
  /** The reason phrase, where it is not the usual one of the status. */
  readonly statusText?: string;
  /** Names and values in turn, sent in this order and spelling. `Content-Length` is the handler's to give. */
  readonly rawHeaders: readonly string[];
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** IP TTL, of IPv6 the hop limit, of the packets of this reply and of all later ones of its connection; the system's own unless given. */
  readonly hopLimit?: number;
  readonly facts?: ExchangeFacts;
  readonly treatment?: Treatment;
}

export type HttpHandler = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/** The value of the first header of that name (given in lower case), undefined when absent. */
export function header(rawHeaders: readonly string[], lowerCaseName: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return rawHeaders[i + 1];
  }
  return undefined;
}
