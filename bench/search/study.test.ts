import { createSearch } from '@plumage/search';
import { describe, expect, test } from 'vitest';
import { benchDefinition, functionOf, Rows, runStudy } from './study.ts';

describe('a study', () => {
  test('has a regret after each ten runs, which never grows and is the same when it is run again', () => {
    const request = { sampler: 'random', function: 'branin', mode: 'flight8', seed: 3, trials: 40 } as const;
    const regrets = runStudy(request);
    expect(regrets).toHaveLength(4);
    expect(regrets).toEqual(regrets.toSorted((a, b) => b - a));
    expect(runStudy(request)).toEqual(regrets);
  });

  test('asks for runs that the history shows as running until they end', () => {
    const rows = new Rows(createSearch(benchDefinition('random', 'zdt1', 1)), functionOf('zdt1').evaluate);
    rows.ask();
    rows.ask();
    rows.end(1);
    const [first, second] = rows.history;
    expect(first).toMatchObject({ number: 1, state: 'FINISHED', objectives: rows.losses[0] });
    expect(second).toMatchObject({ number: 2, state: 'RUNNING', objective: null });
  });

  test('names the function that it does not know', () => {
    expect(() => functionOf('rastrigin')).toThrow(/no function rastrigin; known are branin/);
  });
});
