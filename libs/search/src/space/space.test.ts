import {
  type Assignment,
  assignmentKey,
  createRng,
  type ParameterDefinition,
  type Scalar,
} from '@plumage/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { misfit } from '../samplers/sampler.fixture.ts';
import { compileSpace } from './space.ts';

/** Up to five parameters of up to four values, each with conditions on others that are written before or after it. */
const parameters: fc.Arbitrary<ParameterDefinition[]> = fc
  .array(
    fc.record({
      values: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
      asks: fc.array(fc.tuple(fc.nat(), fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 2 })), {
        maxLength: 2,
      }),
      place: fc.nat(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((raw) => {
    const placed = raw.map(({ values, asks, place }, i) => {
      const when = asks.flatMap(([other, positions]) => {
        const parent = i === 0 ? undefined : raw[other % i];
        if (parent === undefined) return [];
        const chosen = positions.map((p) => parent.values[p % parent.values.length] ?? 0);
        return [{ parameter: `p${other % i}`, values: [...new Set(chosen)] }];
      });
      return {
        place,
        definition: {
          path: `p${i}`,
          distribution: { kind: 'categorical' as const, values, probabilities: null },
          when,
        },
      };
    });
    return placed.sort((a, b) => a.place - b.place).map((one) => one.definition);
  });

/** Every assignment, by trying all products and leaving out what is inactive. */
const bruteForce = (definitions: readonly ParameterDefinition[]): Set<string> => {
  let products: Record<string, Scalar>[] = [{}];
  for (const { path, distribution } of definitions) {
    const values = distribution.kind === 'categorical' ? distribution.values : [];
    products = products.flatMap((product) => values.map((value) => ({ ...product, [path]: Number(value) })));
  }
  const byPath = new Map(definitions.map((d) => [d.path, d]));
  const isActive = (path: string, product: Readonly<Record<string, Scalar>>): boolean =>
    (byPath.get(path)?.when ?? []).every(
      (c) => isActive(c.parameter, product) && c.values.some((value) => value === product[c.parameter]),
    );
  const alive = (product: Record<string, Scalar>): Assignment =>
    Object.fromEntries(Object.entries(product).filter(([path]) => isActive(path, product)));
  return new Set(products.map((product) => assignmentKey(alive(product))));
};

describe('a space with conditions', () => {
  test('numbers exactly the assignments that trying everything finds, each once', () => {
    fc.assert(
      fc.property(parameters, (definitions) => {
        const space = compileSpace(definitions, 'grid');
        const keys = Array.from({ length: space.size }, (_, i) => assignmentKey(space.pointAt(i)));
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(keys)).toEqual(bruteForce(definitions));
      }),
      { numRuns: 200 },
    );
  });

  test('draws, by distribution and evenly, are points of the space', () => {
    fc.assert(
      fc.property(parameters, fc.nat(), (definitions, seed) => {
        const space = compileSpace(definitions, 'drawn');
        const rng = createRng(seed);
        expect(misfit(definitions, space.draw(rng))).toBeNull();
        expect(misfit(definitions, space.drawEvenly(rng))).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  test('even draws give each point the same chance, however few its branch has', () => {
    const categorical = (values: number[]) => ({ kind: 'categorical' as const, values, probabilities: null });
    const space = compileSpace(
      [
        { path: 'a', distribution: categorical([0, 1]), when: [] },
        { path: 'b', distribution: categorical([1, 2, 3]), when: [{ parameter: 'a', values: [1] }] },
      ],
      'drawn',
    );
    const rng = createRng(3);
    const lone = Array.from({ length: 4000 }, () => space.drawEvenly(rng)).filter(
      (point) => point['a'] === 0,
    );
    expect(lone.length / 4000).toBeCloseTo(1 / 4, 1);
  });
});
