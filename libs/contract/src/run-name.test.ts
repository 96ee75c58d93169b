import { describe, expect, test } from 'vitest';
import { runName } from './run-name.ts';

describe('runName', () => {
  test('is a bird and the number, padded to four digits', () => {
    expect(runName(42)).toMatch(/^[a-z]+-0042$/);
    expect(runName(123_456)).toMatch(/^[a-z]+-123456$/);
  });

  test('64 runs in a row have 64 different birds', () => {
    const bird = (n: number) => runName(n).split('-')[0];
    expect(new Set(Array.from({ length: 64 }, (_, i) => bird(i + 1))).size).toBe(64);
  });

  test('refuses what is not a run number', () => {
    for (const n of [0, -1, 1.5, Number.NaN]) expect(() => runName(n)).toThrow(RangeError);
  });
});
