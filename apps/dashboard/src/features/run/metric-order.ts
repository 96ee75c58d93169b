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

const ofGan = ['g/loss', 'd/loss', 'eval/r_precision', 'd/fake', 'd/real', 'images_per_second'];

/** The charts that stand ready before the first value: of a program of one's own only what the sweep ranks by is known. */
export const usualMetrics = (trainer: string, objective: string | null): string[] => {
  const known = objective === null ? [] : [objective];
  return orderMetrics(trainer === 'gan-cls' ? [...ofGan, ...known] : known, objective);
};
