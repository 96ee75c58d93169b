import { createRng } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { clusterPoints, seedCentres } from './k-means.ts';
import { foldedRoc, rocCurve } from './roc.curve.ts';
import { drawPairs } from './style.pairs.ts';

const around = (centres: readonly (readonly number[])[], each: number) => {
  const rng = createRng(3);
  return centres.flatMap((centre) =>
    Array.from({ length: each }, () => centre.map((value) => value + 0.1 * rng.normal())),
  );
};

describe('groups of equal style', () => {
  const points = around(
    [
      [0, 0],
      [10, 0],
      [0, 10],
    ],
    8,
  );

  it('are found where they are, and the same for the same seed', () => {
    const { labels } = clusterPoints(points, 3, createRng(1));
    for (const group of [0, 1, 2]) expect(new Set(labels.slice(8 * group, 8 * group + 8)).size).toBe(1);
    expect(new Set(labels).size).toBe(3);
    expect(clusterPoints(points, 3, createRng(1)).labels).toEqual(labels);
  });

  it('are never more than there are distinct points', () => {
    const { centres, labels, inertia } = clusterPoints([[1], [1], [2], [2]], 100, createRng(1));
    expect(centres).toHaveLength(2);
    expect(labels[0]).toBe(labels[1]);
    expect(inertia).toBe(0);
  });

  it('begin at points that are far apart: k-means++', () => {
    const seeds = seedCentres(points, 3, createRng(5));
    expect(new Set(seeds.map(([x = 0, y = 0]) => `${Math.round(x / 10)} ${Math.round(y / 10)}`)).size).toBe(
      3,
    );
  });
});

describe('pairs for style verification', () => {
  const labels = [0, 0, 0, 1, 1, 2];
  const shows = ['owl', 'owl', 'bee', 'owl', 'bee', 'ant'];

  it('are half of one style, half of two, and never show one thing', () => {
    const { pairs, same } = drawPairs(labels, shows, 40, createRng(1)) ?? { pairs: [], same: [] };
    expect(pairs).toHaveLength(40);
    pairs.forEach(([a, b], i) => {
      expect(labels[a] === labels[b]).toBe(same[i]);
      expect(shows[a]).not.toBe(shows[b]);
    });
    expect(same.filter(Boolean)).toHaveLength(20);
    expect(drawPairs(labels, shows, 40, createRng(1))?.pairs).toEqual(pairs);
  });

  it('are none where there is one style, or each picture has its own', () => {
    expect(drawPairs([0, 0, 0], ['a', 'b', 'c'], 10, createRng(1))).toBeNull();
    expect(drawPairs([0, 1, 2], ['a', 'b', 'c'], 10, createRng(1))).toBeNull();
  });
});

describe('the ROC curve over folds', () => {
  it('has area 1 for scores that tell, 0.5 for one score for all, and says when there is but one kind', () => {
    const same = Array.from({ length: 20 }, (_, i) => i % 2 === 0);
    const telling = same.map((is) => (is ? 1 : 0));
    expect(foldedRoc(telling, same, 5)).toMatchObject({ mean: 1, deviation: 0 });
    expect(
      foldedRoc(
        same.map(() => 0.3),
        same,
        5,
      ),
    ).toMatchObject({ mean: 0.5, deviation: 0 });
    expect(() => rocCurve([1, 2], [true, true])).toThrow('2 and 0');
  });
});
