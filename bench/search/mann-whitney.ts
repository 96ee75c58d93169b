/**
 * The test of Mann and Whitney (1947): whether values of one sample tend to be smaller than those of another, without
 * assuming anything of their distribution. Two-sided, by the normal approximation with corrections for ties and
 * continuity, as scipy's mannwhitneyu(method='asymptotic').
 */

interface MannWhitney {
  /** Pairs in which the first sample's value is the larger one; a tie counts half. */
  readonly u: number;
  /** How likely samples of one distribution differ at least as much. 1 when all values are equal. */
  readonly p: number;
}

/** Ranks from 1; equal values share the mean of theirs. And the sum of t^3 - t over groups of t equal values. */
const rank = (values: readonly number[]): { ranks: number[]; ties: number } => {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Array<number>(values.length);
  let ties = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) ranks[order[i] as number] = (start + 1 + end) / 2;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { ranks, ties };
};

/**
 * 2 (1 - Phi(z)) for z >= 0, which is erfc(z / sqrt 2): by its series where that converges fast, else by the
 * continued fraction of the upper incomplete gamma function (Abramowitz and Stegun 7.1.5 and 7.1.14).
 */
const twoTails = (z: number): number => {
  const x = z / Math.SQRT2;
  if (x < 2.5) {
    let [term, total] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
};

export const mannWhitney = (first: readonly number[], second: readonly number[]): MannWhitney => {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) throw new RangeError('mannWhitney: each sample must have a value');
  const { ranks, ties } = rank([...first, ...second]);
  const u = ranks.slice(0, n).reduce((a, b) => a + b, 0) - (n * (n + 1)) / 2;
  const all = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))));
  if (deviation === 0) return { u, p: 1 };
  const z = (Math.abs(u - (n * m) / 2) - 0.5) / deviation;
  return { u, p: z <= 0 ? 1 : Math.min(1, twoTails(z)) };
};
