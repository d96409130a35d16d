// What went wrong on the network, and what can be done about it? One line for whoever runs Mayfly.

export class NetworkError extends Error {
  override readonly name = "NetworkError";
  /** The system's code where it has one, such as EADDRINUSE or ECONNREFUSED. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The code and the message of what the system threw. */
export function describe(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = error as NodeJS.ErrnoException;
  return { code: code ?? "UNKNOWN", message };
}
