/** Names a likely typing mistake's target, so that an error ends with what to write instead. */

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: optimal string alignment. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((above[j - 1] ?? 0) + (same ? 0 : 1), (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
};

/** Of `known` the name nearest to `written`, or null when none is near enough to be what was meant. */
export const closestName = (written: string, known: readonly string[]): string | null => {
  const flat = (name: string) => name.toLowerCase().replaceAll('-', '_');
  if (written.length > 100) return null;
  let best: string | null = null;
  let least = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const name of known) {
    const d = distance(flat(written), flat(name));
    if (d < least && d < name.length) [best, least] = [name, d];
  }
  return best;
};

/** A list that is longer than this is read by nobody who has been told the likely name. */
const MOST_BESIDE = 25;
const MOST_LISTED = 60;

/** `known` as a sentence's end, led by the likely one: `did you mean learning_rate? Known: ...`. */
export const expectedName = (written: string, known: readonly string[]): string => {
  const best = closestName(written, known);
  const list = known.slice(0, MOST_LISTED).join(', ') + (known.length > MOST_LISTED ? ', ...' : '');
  if (best === null) return `one of ${list}`;
  return known.length > MOST_BESIDE ? `did you mean ${best}?` : `did you mean ${best}? Known: ${list}`;
};
