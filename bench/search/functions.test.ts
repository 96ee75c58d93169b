import { readFileSync } from 'node:fs';
import type { Assignment } from '@plumage/contract';
import { createSearch } from '@plumage/search';
import { describe, expect, test } from 'vitest';
import { benchFunctions } from './functions.ts';
import { benchDefinition } from './study.ts';
import { hypervolume } from './two-objectives.ts';

interface GoldenFunction {
  readonly optimum: number;
  readonly points: readonly { readonly assignment: Assignment; readonly losses: readonly number[] }[];
  readonly hypervolume?: number;
}

/** Made by golden.py from objectives.py, which Optuna is run on. */
const golden: { readonly functions: Readonly<Record<string, GoldenFunction>> } = JSON.parse(
  readFileSync(new URL('./functions.golden.json', import.meta.url), 'utf8'),
);

const closeTo = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));

describe('the functions that searches are tried on', () => {
  test('are those that Optuna is run on', () => {
    expect(Object.keys(benchFunctions)).toEqual(Object.keys(golden.functions));
  });

  test.each(Object.keys(golden.functions))(
    '%s has the values of its Python twin, and its optimum',
    (name) => {
      const [ours, theirs] = [benchFunctions[name], golden.functions[name]];
      if (ours === undefined || theirs === undefined) throw new Error(`${name} is not on both sides`);
      expect(ours.optimum).toBe(theirs.optimum);
      for (const { assignment, losses } of theirs.points) {
        ours.evaluate(assignment).forEach((loss, i) => closeTo(loss, losses[i] as number));
      }
      if (ours.reference !== null) {
        const losses = theirs.points.map((point) => point.losses);
        closeTo(hypervolume(losses, ours.reference), theirs.hypervolume as number);
      }
    },
  );

  test.each(Object.keys(golden.functions))('%s has the space of its Python twin', (name) => {
    const space = createSearch(benchDefinition('random', name, 1)).space;
    const encoded = space.axes.map(({ path }) => path);
    for (const { assignment } of golden.functions[name]?.points ?? []) {
      for (const axis of space.axes) {
        const value = assignment[axis.path];
        if (value === undefined) expect(axis.when).not.toHaveLength(0);
        else if (axis.kind === 'numeric') expect(axis.toUnit(value)).not.toBeNull();
        else if (axis.kind === 'categorical') expect(axis.indexOf(value)).toBeGreaterThanOrEqual(0);
      }
      expect(Object.keys(assignment).filter((path) => !encoded.includes(path))).toEqual([]);
    }
  });
});
