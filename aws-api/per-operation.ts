// How is a model used without walking it each time? What an operation needs is made from it at its first call, and kept.

/** A function that makes each operation's value once; undefined for names that `has` does not know. */
export function perOperation<Value>(
  has: (operation: string) => boolean,
  make: (operation: string) => Value,
): (operation: string) => Value | undefined {
  const made = new Map<string, Value>();
  return (operation) => {
    let value = made.get(operation);
    if (value === undefined && has(operation)) {
      value = make(operation);
      made.set(operation, value);
    }
    return value;
  };
}
