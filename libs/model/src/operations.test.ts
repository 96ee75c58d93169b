import { describe, expect, it } from 'vitest';
import { tinyModel } from './wasm.fixture.ts';
import { gflopsPerStep } from './operations.ts';

describe('the operation count', () => {
  const paper = tinyModel({
    textDim: 1024,
    projectionDim: 128,
    noiseDim: 100,
    generatorWidth: 128,
    discriminatorWidth: 64,
  });
  const step = { batchSize: 64, matching: 0.5, interpolation: 'off' } as const;

  it('counts a whole GAN-CLS step of the paper, in 10^9 operations', () => {
    // By hand, a row: G forward 1.03 (up8, up16 and up32 0.268 each), D forward 0.242; 64 * (4 * 1.03 + 11 * 0.242).
    expect(gflopsPerStep(paper, step)).toBeCloseTo(434.4, 1);
  });

  it('grows with the batch, with interpolation and with the wrong pair', () => {
    const base = gflopsPerStep(paper, step);
    expect(gflopsPerStep(paper, { ...step, batchSize: 128 })).toBeCloseTo(2 * base, 6);
    expect(gflopsPerStep(paper, { ...step, interpolation: 'half' })).toBeGreaterThan(base);
    expect(gflopsPerStep(paper, { ...step, matching: 0 })).toBeLessThan(base);
  });
});
