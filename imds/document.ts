// How does EC2 write its JSON documents? Two spaces, a space on both sides of the colon, one member a line, no final line end:
// clients have been seen to depend on it.

/** The document with these members in this order; a list is written in one line, `[ "a", "b" ]`. */
export function ec2Document(members: Readonly<Record<string, string | readonly string[] | null>>): string {
  const written = Object.entries(members).map(([name, value]) => `  "${name}" : ${valueText(value)}`);
  return `{\n${written.join(",\n")}\n}`;
}

function valueText(value: string | readonly string[] | null): string {
  if (value === null || typeof value === "string") return JSON.stringify(value);
  return `[ ${value.map((each) => JSON.stringify(each)).join(", ")} ]`;
}
