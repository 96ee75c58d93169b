/** How many runs failed in which way, the most frequent first. */
export interface FailureCount {
  /** null: of no known class. */
  readonly failureClass: string | null;
  readonly count: number;
}

export const countFailures = (
  runs: readonly { readonly state: string; readonly failureClass: string | null }[],
): readonly FailureCount[] => {
  const counts = new Map<string | null, number>();
  for (const { state, failureClass } of runs)
    if (state === 'FAILED') counts.set(failureClass, (counts.get(failureClass) ?? 0) + 1);
  return [...counts]
    .map(([failureClass, count]) => ({ failureClass, count }))
    .sort((a, b) => b.count - a.count || String(a.failureClass).localeCompare(String(b.failureClass), 'en'));
};
