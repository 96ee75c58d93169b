import { describe, expect, it } from 'vitest';
import { exponentialMovingAverage } from './smoothing.ts';

describe('exponentialMovingAverage', () => {
  it('leaves values unchanged at weight 0', () => {
    expect(exponentialMovingAverage([1, null, 3], 0)).toEqual([1, null, 3]);
  });

  it('starts at the first value instead of near zero', () => {
    expect(exponentialMovingAverage([10, 10, 10], 0.9)).toEqual([10, 10, 10]);
  });

  it('keeps gaps and does not let them age the average', () => {
    const [first, gap, second] = exponentialMovingAverage([4, null, 8], 0.5);
    expect(first).toBe(4);
    expect(gap).toBeNull();
    expect(second).toBeCloseTo(exponentialMovingAverage([4, 8], 0.5)[1] ?? Number.NaN, 12);
  });

  it('stays within the range of what it has seen', () => {
    const smoothed = exponentialMovingAverage([0, 1, 0, 1, 0, 1], 0.8);
    for (const value of smoothed) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });
});
