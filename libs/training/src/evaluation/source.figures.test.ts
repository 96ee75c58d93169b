import { createRng } from '@plumage/contract';
import type { DatasetItem, Split } from '@plumage/data';
import { describe, expect, it } from 'vitest';
import { type Features, pickRows } from './features.ts';
import type { RealPool } from './real.pictures.ts';
import { realSideOf, unseenFigures } from './source.figures.ts';

const perClass = 60;
const splits: readonly Split[] = ['train', 'train', 'validation', 'validation'];

/** Four classes around four corners; the last two are held out. */
const world = () => {
  const rng = createRng(1, 'corners');
  const items = splits.flatMap((split, classId) =>
    Array.from(
      { length: perClass },
      (_, i): DatasetItem => ({
        ...{ id: `${classId}-${i}`, name: `${classId}-${i}`, classId, split, style: 'drawn' },
        ...{ captions: ['a'], flippable: true },
      }),
    ),
  );
  const values = Float32Array.from(
    items.flatMap(({ classId }) => splits.map((_, k) => (k === classId ? 4 : 0) + rng.normal())),
  );
  const real: Features = { rows: items.length, length: splits.length, values };
  const pool: RealPool = { indexes: items.map((_, i) => i), items };
  const source = { name: 'colour', hash: 'h', of: async () => real } as const;
  const rows = (classId: number) => items.flatMap((item, row) => (item.classId === classId ? [row] : []));
  const side = realSideOf(source, real, pool, [...rows(0), ...rows(1)]);
  return { side, of: (...classes: number[]) => pickRows(side.real, classes.flatMap(rows)), rows };
};

const classesOf = (...classes: number[]) => classes.flatMap((c) => Array.from({ length: perClass }, () => c));

describe('figures of captions of classes that no step has seen', () => {
  const { side, of } = world();

  it('are near the floor for pictures of those classes, and far from it for pictures of training classes', () => {
    const distance = (generated: Features) =>
      unseenFigures(side, generated, classesOf(2, 3))['eval/kid_unseen'] as number;
    const far = distance(of(0, 1));
    expect(Math.abs(distance(of(2, 3)) / far)).toBeLessThan(0.1);
    expect(Math.abs((side.constants['eval/kid_unseen_floor'] as number) / far)).toBeLessThan(0.1);
  });

  it('ask a classifier of those classes, not of the training ones', () => {
    const found = (classes: number[]) =>
      unseenFigures(side, of(2, 3), classes)['eval/class_accuracy_colour_unseen'];
    expect(found(classesOf(2, 3))).toBeGreaterThan(0.9);
    expect(found(classesOf(3, 2))).toBeLessThan(0.1);
    expect(side.constants['eval/class_accuracy_colour_unseen_real']).toBeGreaterThan(0.7);
  });
});
