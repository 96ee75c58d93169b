import { describe, expect, it } from 'vitest';
import { compareOutcomes } from './self-test.ts';

const reference = { loss: Float32Array.of(0.5), weights: Float32Array.of(1, -2, 4) };

describe('comparing a training step with the reference', () => {
  it('agrees within rounding', () => {
    expect(
      compareOutcomes(reference, { ...reference, weights: Float32Array.of(1.001, -2, 4.001) }),
    ).toBeNull();
  });

  it('names the array that is off, and by how much', () => {
    const finding = compareOutcomes(reference, { ...reference, weights: Float32Array.of(1, -2, 3) });
    expect(finding).toBe('weights is off by 0.25 of its largest value');
  });

  it('takes a number that is not finite for wrong', () => {
    expect(compareOutcomes(reference, { ...reference, loss: Float32Array.of(Number.NaN) })).toContain('loss');
  });

  it('takes a missing array for wrong', () => {
    expect(compareOutcomes(reference, { loss: reference.loss })).toContain('weights has 0 numbers');
  });
});
