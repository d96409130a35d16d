// Why did a source give no credentials? In one line for people; it never holds a secret.

export class SourceFailure extends Error {
  override readonly name = "SourceFailure";
  /** Refused: it said no, as STS does to whom the role does not trust. Unavailable: it did not give what it should. */
  readonly kind: "refused" | "unavailable";

  constructor(kind: SourceFailure["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

export const unavailable = (message: string) => new SourceFailure("unavailable", message);
