/** In what order a run's charts stand: what the sweep ranks by, the losses, the evaluations, the rest, the speed. */

const rank = (key: string, objective: string | null): number => {
  if (key === objective) return 0;
  if (key === 'g/loss') return 1;
  if (key === 'd/loss') return 2;
  if (key.startsWith('eval/')) return 3;
  return key === 'images_per_second' ? 9 : 5;
};

/** Sorted, each key once. */
export const orderMetrics = (keys: readonly string[], objective: string | null): string[] =>
  [...new Set(keys)].sort((a, b) => rank(a, objective) - rank(b, objective) || a.localeCompare(b, 'en'));
