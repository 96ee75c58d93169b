import { describe, expect, it } from 'vitest';
import { planFigures, planLine, sayHours } from './plan-words.ts';

const plan = {
  ...{
    runs: 20,
    runsAreExact: true,
    limitedBy: 'run_cap',
    expectedSteps: 12_000,
    stepsWithoutStopping: 40_000,
  },
  ...{ wallHours: 1.5, acceleratorHours: 3, acceleratorHoursWithoutStopping: 10, slots: 2, parallel: 2 },
};

describe('the plan of a sweep', () => {
  it('says what the stopping rule saves', () => {
    expect(planFigures(plan)).toEqual([
      ['runs', '20, by run cap'],
      ['at one time', '2 on 2 slots'],
      ['training steps', '12,000 instead of 40,000'],
      ['time', '1.5 h'],
      ['accelerator time', '3 h instead of 10 h'],
    ]);
    expect(planLine(plan)).toBe('20 runs, 1.5 h on 2 slots');
  });

  it('says what cannot be known', () => {
    const unknown = { ...plan, runs: null, limitedBy: 'budget', wallHours: null, expectedSteps: null };
    expect(planFigures(unknown).map(([, value]) => value)).toContain('until the budget is used up');
    expect(planFigures(unknown).map(([, value]) => value)).toContain('not known');
    expect(planLine(unknown)).toBe('until the budget is used up');
  });

  it('reads like a person would say it', () => {
    expect([0.005, 0.2, 5.25, 30, 100].map(sayHours)).toEqual(['18 s', '12 min', '5.3 h', '30 h', '4 days']);
  });
});
