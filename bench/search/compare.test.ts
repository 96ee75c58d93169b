import { describe, expect, test } from 'vitest';
import { compare, type Regrets } from './compare.ts';

const what = { sampler: 'tpe', function: 'branin', mode: 'sequential', trials: 20 } as const;
/** 20 seeds; after ten trials all are at 9. */
const regrets = (last: (seed: number) => number): Regrets =>
  new Map(Array.from({ length: 20 }, (_, i) => [i + 1, [9, last(i + 1)]]));

describe('a comparison of regrets', () => {
  test('calls ours better when it is smaller by more than chance, and worse when the sides change places', () => {
    const [small, large] = [regrets((seed) => seed / 10), regrets((seed) => 1 + seed / 10)];
    expect(compare(what, small, large, false).verdict).toBe('better');
    expect(compare(what, large, small, false).verdict).toBe('worse');
    expect(compare(what, large, large, false)).toMatchObject({ verdict: 'equal', p: 1 });
  });

  test('looks at the last trial asked for, and tells medians and quartiles', () => {
    const [ours, optuna] = [regrets((seed) => seed), regrets((seed) => 2 * seed)];
    expect(compare({ ...what, trials: 10 }, ours, optuna, false).medianRegret).toEqual({
      ours: 9,
      optuna: 9,
    });
    const pair = compare(what, ours, optuna, true);
    expect(pair.medianRegret).toEqual({ ours: 10.5, optuna: 21 });
    expect(pair.curves?.ours).toEqual({ lower: [9, 5.75], median: [9, 10.5], upper: [9, 15.25] });
  });
});
