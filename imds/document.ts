// How does EC2 write its JSON documents? Two spaces, a space on both sides of the colon, one member a line, no final line end:
// clients have been seen to depend on it.

/** The document with these members in this order. */
export function ec2Document(members: Readonly<Record<string, string | null>>): string {
  const written = Object.entries(members).map(([name, value]) => `  "${name}" : ${JSON.stringify(value)}`);
  return `{\n${written.join(",\n")}\n}`;
}
