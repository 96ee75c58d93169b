import { describe, expect, it } from 'vitest';
import { keptNothing, sayFailure, sayKept, sayMemory, sayReason } from './attempt-words.ts';

const kept = (resumedFromStep: number, keptThroughStep: number | null) => ({
  resumedFromStep,
  keptThroughStep,
});

describe('what is said of an attempt', () => {
  it('tells how much of it still counts', () => {
    expect([kept(0, null), kept(0, 60), kept(0, -1), kept(40, 20), kept(40, 40)].map(sayKept)).toEqual([
      ...['all', 'to step 60', 'nothing kept', 'nothing kept', 'nothing kept'],
    ]);
    expect(keptNothing(kept(0, 0))).toBe(false);
  });

  it("joins a failure's sentence and the agent's own words, and repeats neither", () => {
    const crashed = sayFailure('crashed');
    expect(sayReason({ failureClass: 'crashed', message: 'exit code 137' })).toBe(`${crashed} exit code 137`);
    expect(sayReason({ failureClass: 'lost_agent', message: 'The agent stopped answering.' })).toBe(
      sayFailure('lost_agent'),
    );
    expect(sayReason({ failureClass: 'of_tomorrow', message: 'odd' })).toBe('odd');
    expect(sayReason({ failureClass: null, message: null })).toBe('');
  });

  it('says memory in the unit that people use', () => {
    expect([null, 812.4, 3_500].map(sayMemory)).toEqual(['–', '812 MiB', '3.4 GiB']);
  });
});
