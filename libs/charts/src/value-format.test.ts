import { describe, expect, it } from 'vitest';
import { formatStep, formatStepTick, formatValue } from './value-format.ts';

describe('numbers as they are written', () => {
  it('writes steps grouped, and short on an axis', () => {
    expect(formatStep(12_500)).toBe('12,500');
    expect([0, 500, 1_200, 40_000, 1_000_000].map(formatStepTick)).toEqual(['0', '500', '1.2k', '40k', '1M']);
  });

  it('writes values without false precision', () => {
    expect(formatValue(0.693147)).toBe('0.6931');
    expect(formatValue(2)).toBe('2');
    expect(formatValue(123_456.7)).toBe('123,457');
    expect(formatValue(0.0000002)).toBe('2.00e-7');
    expect(formatValue(2210.4, 3)).toBe('2,210');
    expect(formatValue(0)).toBe('0');
  });

  it('writes unknown as a dash, never as 0', () => {
    expect(formatValue(null)).toBe('–');
    expect(formatValue(undefined)).toBe('–');
    expect(formatValue(Number.NaN)).toBe('NaN');
  });
});
