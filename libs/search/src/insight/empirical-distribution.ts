/** What share of the runs is at or below each value: sorted values, and for each (n at or below) / n. */
export const empiricalDistribution = <Run extends { readonly value: number | null }>(
  all: readonly Run[],
): { runs: Run[]; values: number[]; shares: number[] } => {
  const runs = all.filter(({ value }) => value !== null && Number.isFinite(value));
  runs.sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  const values = runs.map(({ value }) => value ?? Number.NaN);
  const shares = values.map(() => 1);
  for (let i = values.length - 2; i >= 0; i--) {
    shares[i] = values[i] === values[i + 1] ? (shares[i + 1] ?? 1) : (i + 1) / values.length;
  }
  return { runs, values, shares };
};
