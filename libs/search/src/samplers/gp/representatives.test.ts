import { createRng } from '@plumage/contract';
import { expect, test } from 'vitest';
import type { Observation } from '../../sampler.ts';
import type { Evidence } from './losses.ts';
import { representatives } from './representatives.ts';

const evidence = (losses: readonly number[]): Evidence[] =>
  losses.map((loss, i) => ({ run: { number: i + 1 } as Observation, loss }));

test('as many as there may be are all taken, in their order', () => {
  const all = evidence([3, 1, 2]);
  expect(representatives(all, 3)).toEqual(all);
});

test('of more, the better half is the best there are and the rest is spread over all others, none twice', () => {
  const rng = createRng(2);
  const all = evidence(Array.from({ length: 10_000 }, () => rng.next()));
  const chosen = representatives(all, 128);
  const best = all.toSorted((a, b) => a.loss - b.loss).slice(0, 64);
  expect(new Set(chosen.slice(0, 64))).toEqual(new Set(best));
  expect(new Set(chosen).size).toBe(128);
  const numbers = chosen.slice(64).map(({ run }) => run.number);
  numbers.forEach((number, i) => {
    expect(Math.abs(number - ((i + 0.5) * 10_000) / 64)).toBeLessThan(100);
  });
});

test('equal losses are no special case', () => {
  const chosen = representatives(evidence(new Array(300).fill(1)), 128);
  expect(new Set(chosen).size).toBe(128);
});
