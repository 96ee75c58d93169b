import { parseSweepDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { medianRule } from './median.ts';
import { createStopping } from './stopping.ts';
import type { ObservedRun } from './stopping-rule.ts';

const options = { n_startup_trials: 5, n_warmup_steps: 0, interval_steps: 1, n_min_trials: 1 };
const at = (number: number, ...values: number[]): ObservedRun => ({
  number,
  state: 'FINISHED',
  objective: null,
  stoppedAtRung: null,
  curve: values.map((value, step) => [step, value] as const),
});

describe('the median rule', () => {
  const finished = [at(1, 9, 1), at(2, 9, 2), at(3, 9, 3), at(4, 9, 4), at(5, 9, 5)];

  test('explains a stop by step, rank, cutoff and the peers in order', () => {
    expect(medianRule.decide(at(6, 9, 3.5), finished, options, 'minimize')).toEqual({
      stop: true,
      compared: true,
      explanation: {
        rule: 'median',
        step: 1,
        value: 3.5,
        bracket: null,
        rung: null,
        rungStep: null,
        rank: 4,
        cutoff: 3,
        peerCount: 5,
        peers: [1, 2, 3, 4, 5].map((n) => ({ run: n, value: n })),
        sentence:
          'Stopped at step 1: its best value so far, 3.5, is worse than 3, the median of 5 finished runs at that step (rank 4 of 6).',
      },
    });
  });

  test('judges by the best value so far, not the newest; a tie goes on', () => {
    expect(medianRule.decide(at(6, 2, 99), finished, options, 'minimize').stop).toBe(false);
    expect(medianRule.decide(at(6, 9, 3), finished, options, 'minimize').stop).toBe(false);
  });

  test('waits for five finished runs', () => {
    const { stop, explanation } = medianRule.decide(at(6, 99), finished.slice(1), options, 'minimize');
    expect([stop, explanation.sentence]).toEqual([false, '4 runs have finished; the rule begins at 5.']);
  });

  test('is made from a definition, and absent without early_terminate', () => {
    const text = (rule: string) =>
      `{method: grid, metric: {name: fid}, parameters: {seed: {values: [1, 2]}}${rule}}`;
    const stopping = (rule: string) => {
      const parsed = parseSweepDefinition(text(rule));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      return createStopping(parsed.definition);
    };
    expect(stopping('')).toBeNull();
    expect(stopping(', early_terminate: {type: median}')?.decide(at(6, 9, 3.5), finished).stop).toBe(true);
    expect(
      stopping(', early_terminate: {type: median, n_startup_trials: 6}')?.decide(at(6, 9, 3.5), finished)
        .stop,
    ).toBe(false);
  });
});
