import { describe, expect, it } from 'vitest';
import { remainingMs } from './remaining.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const after = (ms: number): number => Date.parse(startedAt) + ms;

describe('remainingMs', () => {
  it("goes by the current attempt's own steps", () => {
    expect(
      remainingMs({ step: 200, totalSteps: 400 }, { startedAt, resumedFromStep: 100 }, after(50_000)),
    ).toBe(100_000);
  });

  it('says nothing without an end, or too early', () => {
    expect(
      remainingMs({ step: 50, totalSteps: null }, { startedAt, resumedFromStep: 0 }, after(1_000)),
    ).toBeNull();
    expect(
      remainingMs({ step: 2, totalSteps: 100 }, { startedAt, resumedFromStep: 0 }, after(1_000)),
    ).toBeNull();
  });

  it('is never negative', () => {
    expect(remainingMs({ step: 110, totalSteps: 100 }, { startedAt, resumedFromStep: 0 }, after(1_000))).toBe(
      0,
    );
  });
});
