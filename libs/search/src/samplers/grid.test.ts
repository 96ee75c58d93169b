import { describe, expect, test } from 'vitest';
import { createSearch } from '../search.ts';
import { describeSampler } from './sampler.conformance.ts';
import { definitionOf, replay } from './sampler.fixture.ts';

describeSampler('grid', { continuous: false });

describe('grid search', () => {
  const points = (parameters: string, count = 100) =>
    replay(definitionOf(`{method: grid, parameters: ${parameters}}`), count).map((entry) => entry.assignment);

  test('goes in the order of writing, the last parameter fastest', () => {
    expect(points('{a: {values: [1, 2]}, b: {min: 3, max: 4}}')).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ]);
  });

  test('skips what a condition switches off, and asks the condition first', () => {
    expect(
      points('{depth: {values: [1, 2], when: {mode: deep}}, mode: {values: [flat, deep]}, x: {value: 0}}'),
    ).toEqual([
      { mode: 'flat', x: 0 },
      { mode: 'deep', depth: 1, x: 0 },
      { mode: 'deep', depth: 2, x: 0 },
    ]);
  });

  test("takes q_uniform as numpy's arange does in W&B: without max", () => {
    const values = points('{a: {distribution: q_uniform, min: 0.1, max: 0.6, q: 0.1}}').map(
      (point) => point['a'],
    );
    // numpy.arange(0.1, 0.6, 0.1).tolist()
    expect(values).toEqual([0.1, 0.2, 0.30000000000000004, 0.4, 0.5]);
  });

  test('reaches any point of a space far beyond memory by its number', () => {
    const { space } = createSearch(
      definitionOf(
        '{method: grid, parameters: {a: {min: 0, max: 999999}, b: {min: 0, max: 999999}, c: {min: 0, max: 999}}}',
      ),
    );
    expect(space.size).toBe(1e15);
    expect(space.pointAt(123_456_654_321_789)).toEqual({ a: 123_456, b: 654_321, c: 789 });
    expect(() => space.pointAt(1e15)).toThrow(RangeError);
  });
});
