/** What a sweep chose for each of its runs, read from the graph's JSON. */

/** An assignment as a plain record; anything else is an empty one. */
export const assignmentOf = (json: unknown): Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};

/**
 * The keys worth a column: those whose value differs between runs, in the order in which they first appear; with one
 * run or less, all of its keys.
 */
export const varyingKeys = (assignments: readonly Readonly<Record<string, unknown>>[]): string[] => {
  const seen = new Map<string, Set<string>>();
  for (const assignment of assignments) {
    for (const key of Object.keys(assignment)) seen.set(key, seen.get(key) ?? new Set());
  }
  for (const [key, values] of seen) {
    for (const assignment of assignments) values.add(JSON.stringify(assignment[key]) ?? 'absent');
  }
  return [...seen].filter(([, values]) => assignments.length <= 1 || values.size > 1).map(([key]) => key);
};
