import { describe, expect, it } from 'vitest';
import { attemptBars, lastStepOf } from './attempt-bars.ts';
import type { Attempt } from './attempt-words.ts';

const attempt = (epoch: number, more: Partial<Attempt>): Attempt => ({
  ...{ id: `a${epoch}`, epoch, agentName: 'gull', slotIndex: 0, backend: 'wasm', device: null },
  ...{ codeVersion: null, outcome: 'FINISHED', failureClass: null, message: null, peakMemoryMb: null },
  ...{ resumedFromStep: 0, keptThroughStep: null, startedAt: '2026-01-01T00:00:00Z', endedAt: null },
  ...more,
});

describe('the bars of attempts', () => {
  it('cover the steps that still count, and mark what was done again', () => {
    const attempts = [
      attempt(1, { outcome: 'FAILED', failureClass: 'crashed', keptThroughStep: 40 }),
      attempt(2, { outcome: 'LOST', resumedFromStep: 40, keptThroughStep: 40 }),
      attempt(3, { outcome: 'PAUSED', resumedFromStep: 40, keptThroughStep: 60 }),
      attempt(4, { outcome: null, resumedFromStep: 60 }),
    ];
    const bars = attemptBars({ step: 80, attempts });
    expect(bars.map(({ from, to, redone, tone }) => [from, to, redone, tone])).toEqual([
      [0, 0.5, true, 'bad'],
      [0.5, 0.5, true, 'bad'],
      [0.5, 0.75, false, 'ended'],
      [0.75, 1, false, 'good'],
    ]);
    expect(bars[0]?.label).toMatch(
      /^Attempt 1 on gull, slot 0: from the start, kept to step 40, failed\. The tr/,
    );
    expect(bars[1]?.label).toContain('from step 40, nothing kept, lost');
  });

  it('have an axis also before the first step', () => {
    expect(lastStepOf({ step: 0 })).toBe(1);
  });
});
