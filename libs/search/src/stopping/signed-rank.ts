/**
 * The one-sided Wilcoxon signed-rank test (Wilcoxon, "Individual Comparisons by Ranking Methods", 1945), as
 * scipy.stats.wilcoxon with zero_method "zsplit" and without continuity correction: exact up to 50 differences
 * without zeros and ties, exact by all sign flips up to 13 with them, else by the normal distribution with the
 * correction for ties.
 */
import { normalCdf } from '../space/normal-distribution.ts';

/** How likely differences at least as large come about when neither side is better: small speaks for "greater". */
export const pOfGreater = (differences: readonly number[]): number => {
  const n = differences.length;
  const { ranks, tieSum } = averageRanks(differences.map(Math.abs));
  const isOdd = tieSum > 0 || differences.includes(0);
  let plus = 0;
  const flips: number[] = [];
  for (const [i, difference] of differences.entries()) {
    const rank = ranks[i] ?? 0;
    // A zero counts half to each side, whichever way the others fall.
    if (difference !== 0) flips.push(rank);
    if (difference > 0) plus += rank;
  }
  if (n <= (isOdd ? 13 : 50)) return exactTail(flips, plus);
  const zeros = differences.reduce((sum, difference, i) => sum + (difference === 0 ? (ranks[i] ?? 0) : 0), 0);
  const mean = n * (n + 1) * 0.25;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - tieSum / 2) / 24);
  return normalCdf((mean - plus - zeros / 2) / deviation);
};

/** Ranks from 1, equal values share the mean of theirs; and the sum of t^3 - t over groups of t equal values. */
const averageRanks = (values: readonly number[]): { readonly ranks: number[]; readonly tieSum: number } => {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  let tieSum = 0;
  for (let from = 0; from < order.length; ) {
    const value = values[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    const size = to - from;
    for (const i of order.slice(from, to)) ranks[i] = (from + 1 + to) / 2;
    tieSum += size ** 3 - size;
    from = to;
  }
  return { ranks, tieSum };
};

/** Share of the sign flips of `ranks` (whole or half numbers) whose positive sum is at least `sum`. Sums of 2^-n, exact. */
const exactTail = (ranks: readonly number[], sum: number): number => {
  let chances = [1];
  for (const rank of ranks) {
    const next = new Array<number>(chances.length + 2 * rank).fill(0);
    for (const [twice, chance] of chances.entries()) {
      next[twice] = (next[twice] ?? 0) + chance / 2;
      next[twice + 2 * rank] = (next[twice + 2 * rank] ?? 0) + chance / 2;
    }
    chances = next;
  }
  return chances.slice(2 * sum).reduce((a, b) => a + b, 0);
};
