import { createRng } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { createCollapseAlarm } from '../collapse.alarm.ts';
import { colourLayout, colourLayoutLength } from './colour-layout.features.ts';
import { centred, type Features, standardise, standardOf } from './features.ts';
import { kernelDistance } from './kernel.distance.ts';
import { meanPairDistance } from './pair.distance.ts';
import { rankTrueItem } from './r-precision.ts';
import { gridIsDue } from '../sample.grid.ts';

const random = (rows: number, seed: number, shift = 0): Features => {
  const rng = createRng(seed);
  const length = colourLayoutLength;
  return { rows, length, values: Float32Array.from({ length: rows * length }, () => rng.normal() + shift) };
};

const plain = (colour: readonly [number, number, number]) =>
  Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => colour[i % 3] as number);

describe('colour-layout features', () => {
  it('are the mean colours of both grids', () => {
    const { rows, values } = colourLayout(plain([1, 0, -0.5]));
    expect(rows).toBe(1);
    expect(values).toHaveLength(240);
    for (let i = 0; i < 240; i += 3) {
      expect(values[i]).toBeCloseTo(1, 4);
      expect(values[i + 1]).toBeCloseTo(0, 4);
      expect(values[i + 2]).toBeCloseTo(-0.5, 4);
    }
  });

  it('see where a colour lies', () => {
    const left = plain([0, 0, 0]).map((_, i) => (Math.floor(i / 3) % 64 < 32 ? 1 : -1));
    const right = left.map((value) => -value);
    expect(colourLayout(left).values).not.toEqual(colourLayout(right).values);
  });

  it('are standardised by the pictures that they are given', () => {
    const features = random(50, 1, 3);
    const { mean, deviation } = standardOf(standardise(features, standardOf(features)));
    expect(Math.max(...mean.map(Math.abs))).toBeLessThan(1e-4);
    expect(Math.abs((deviation[7] as number) - 1)).toBeLessThan(1e-3);
  });
});

describe('centring', () => {
  it('takes away what all rows share and nothing else', () => {
    const features = random(10, 1);
    const tinted = { ...features, values: features.values.map((value) => value + 2) };
    const [plainRows, tintedRows] = [centred(features).values, centred(tinted).values];
    tintedRows.forEach((value, i) => expect(value).toBeCloseTo(plainRows[i] ?? Number.NaN, 4));
  });
});

describe('R-precision', () => {
  const real = random(20, 1);
  const candidates = Array.from({ length: 20 }, (_, truth) => [
    truth,
    ...Array.from({ length: 20 }, (__, row) => row).filter((row) => row !== truth),
  ]);

  it('is 1 for pictures like the true ones', () => {
    expect(rankTrueItem(real, real, candidates)).toEqual({ precision: 1, reciprocalRank: 1 });
  });

  it('is about chance for pictures that have nothing to do with them, and 0 for equal ones', () => {
    const { precision, reciprocalRank } = rankTrueItem(random(20, 2), real, candidates);
    expect(precision).toBeLessThan(0.3);
    expect(reciprocalRank).toBeLessThan(0.5);
    const blank = { rows: 20, length: colourLayoutLength, values: new Float32Array(20 * colourLayoutLength) };
    expect(rankTrueItem(blank, real, candidates).precision).toBe(0);
  });
});

describe('the kernel distance', () => {
  it('is about 0 within one distribution and grows with the distance', () => {
    const near = Math.abs(kernelDistance(random(60, 1), random(60, 2)));
    expect(near).toBeLessThan(0.05);
    const far = kernelDistance(random(60, 1), random(60, 2, 0.5));
    expect(far).toBeGreaterThan(10 * near);
    expect(kernelDistance(random(60, 1), random(60, 2, 1))).toBeGreaterThan(far);
  });
});

describe('pair distances', () => {
  it('are 0 for equal rows and for fewer than two', () => {
    const row = random(1, 1).values;
    const twice = { rows: 2, length: colourLayoutLength, values: Float32Array.from([...row, ...row]) };
    expect(meanPairDistance(twice, [0, 1])).toBe(0);
    expect(meanPairDistance(twice, [0])).toBe(0);
    expect(meanPairDistance(random(3, 2), [0, 1, 2])).toBeGreaterThan(0);
  });
});

describe('the collapse alarm', () => {
  const healthy = { 'eval/diversity': 0.5, 'eval/caption_spread': 0.5 };

  it('warns once of each kind, names the figure, and again after a recovery', () => {
    const alarm = createCollapseAlarm();
    expect(alarm(1000, healthy)).toEqual([]);
    const [warning, ...more] = alarm(1250, { ...healthy, 'eval/diversity': 0.001 });
    expect(warning).toMatch(/step 1250.*eval\/diversity is 0.0010, below/);
    expect(more).toEqual([]);
    expect(alarm(1500, { ...healthy, 'eval/diversity': 0.001 })).toEqual([]);
    expect(alarm(1750, healthy)).toEqual([]);
    expect(alarm(2000, { ...healthy, 'eval/diversity': 0.001 })).toHaveLength(1);
  });

  it('waits until pictures have had time to differ', () => {
    expect(createCollapseAlarm()(100, { 'eval/diversity': 0, 'eval/caption_spread': 0 })).toEqual([]);
  });
});

describe('grids', () => {
  it('are due at a quarter and a half of the first stretch, then at every stretch', () => {
    const due = Array.from({ length: 300 }, (_, i) => i + 1).filter((step) => gridIsDue(step, 100));
    expect(due).toEqual([25, 50, 100, 200, 300]);
    expect(gridIsDue(100, 0)).toBe(false);
  });
});
