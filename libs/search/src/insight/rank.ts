/** Ranks from 1, the smallest first; equal values share the mean of theirs. */
export const ranksOf = (values: readonly number[]): number[] => {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (const row of order.slice(from, to)) ranks[row] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
};
