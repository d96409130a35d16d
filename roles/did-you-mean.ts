// What was meant by this name that nobody knows? The nearest of the known ones, when it is near enough to be a slip.

/** How many letters to add, drop or change until one is the other. */
function distance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const line = [row];
    for (let column = 1; column <= right.length; column++) {
      const changed = (above[column - 1] as number) + (left[row - 1] === right[column - 1] ? 0 : 1);
      line.push(Math.min(changed, (above[column] as number) + 1, (line[column - 1] as number) + 1));
    }
    above = line;
  }
  return above[right.length] as number;
}

/** ` (did you mean "alice"?)`, or nothing when no name is within a third of the letters; case counts for nothing. */
export function didYouMean(unknown: string, known: Iterable<string>): string {
  const wanted = unknown.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(unknown.length / 3)) + 1;
  for (const name of known) {
    if (Math.abs(name.length - unknown.length) >= least) continue;
    const apart = distance(wanted, name.toLowerCase());
    if (apart < least) [nearest, least] = [name, apart];
  }
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}
