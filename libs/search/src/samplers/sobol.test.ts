import { describe, expect, test } from 'vitest';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf, replay } from './sampler.fixture.ts';
import { owenScramble } from './sobol.ts';
import { sobolBits } from './sobol/directions.ts';

describeSampler('sobol', { continuous: true });

const pointsOf = (parameters: string, count: number, seed = 1) =>
  replay(
    definitionOf(`{method: sobol, seed: ${seed}, run_cap: 999999, parameters: ${parameters}}`),
    count,
  ).map((entry) => entry.assignment);

describe('quasi-random search', () => {
  test('each block of 64 runs has one in each of 64 cells, in the first two and in far coordinates', () => {
    const names = Array.from({ length: 40 }, (_, i) => `p${i}: {min: 0.0, max: 1.0}`);
    for (const seed of [1, 2, 3]) {
      const points = pointsOf(`{${names.join(', ')}}`, 128, seed);
      for (const block of [points.slice(0, 64), points.slice(64)]) {
        const cells = block.map((p) => Math.floor(Number(p['p0']) * 8) * 8 + Math.floor(Number(p['p1']) * 8));
        expect(new Set(cells).size).toBe(64);
        expect(new Set(block.map((p) => Math.floor(Number(p['p39']) * 64))).size).toBe(64);
      }
    }
  });

  test('a scramble keeps that points share their first bits, and nothing else', () => {
    for (const key of [1, 2 ** 31, 77]) {
      const plain = Array.from({ length: 256 }, (_, i) => sobolBits(1, i));
      const scrambled = plain.map((bits) => owenScramble(bits, key));
      expect(new Set(scrambled.map((bits) => bits >>> 24)).size).toBe(256);
      expect(scrambled).not.toEqual(plain);
      for (let i = 1; i < 256; i++) {
        const shared = Math.clz32((plain[i - 1] ?? 0) ^ (plain[i] ?? 0));
        expect(Math.clz32((scrambled[i - 1] ?? 0) ^ (scrambled[i] ?? 0))).toBe(shared);
      }
    }
  });

  test('a scrambled coordinate is uniform over seeds: each half comes equally often at each point', () => {
    for (const index of [0, 1, 5]) {
      const high = Array.from({ length: 2000 }, (_, seed) =>
        owenScramble(sobolBits(3, index), Math.imul(seed + 1, 0x9e3779b9)),
      ).filter((bits) => bits >= 2 ** 31);
      expect(Math.abs(high.length / 2000 - 0.5)).toBeLessThan(0.04);
    }
  });

  test('categories come in proportion to their probabilities within a handful of runs', () => {
    const points = pointsOf(
      '{x: {values: [a, b, c], probabilities: [0.5, 0.25, 0.25]}, y: {min: 0.0, max: 1.0}}',
      32,
    );
    const count = (value: string): number => points.filter((p) => p['x'] === value).length;
    expect([count('a'), count('b'), count('c')]).toEqual([16, 8, 8]);
  });

  test('parameters beyond the 128th are searched too', () => {
    const names = Array.from({ length: 140 }, (_, i) => `p${i}: {min: 0.0, max: 1.0}`);
    const points = pointsOf(`{${names.join(', ')}}`, 8);
    expect(new Set(points.map((p) => p['p139'])).size).toBe(8);
  });
});
