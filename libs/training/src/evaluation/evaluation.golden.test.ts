/** The figures against numpy, scipy and scikit-learn (tools/golden/evaluation.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areaUnder, foldedRoc, rocCurve } from '../style-encoder/roc.curve.ts';
import { refineClusters } from '../style-encoder/k-means.ts';
import { balancedAccuracy, trainProbe } from './class.probe.ts';
import { type Features, featureRow } from './features.ts';
import { frechetDistance } from './frechet.distance.ts';
import { kernelDistance } from './kernel.distance.ts';
import { symmetricEigenvalues } from './symmetric.eigen.ts';

interface Golden {
  distances: { rows: number; others: number; length: number; kid: number; frechet: number }[];
  eigenvalues: number[];
  probe: { found: number[]; balancedAccuracy: number };
  clusters: { labels: number[]; inertia: number };
  roc: {
    scores: number[];
    same: boolean[];
    falsePositive: number[];
    truePositive: number[];
    thresholds: number[];
    area: number;
    areaByRanks: number;
    folds: { mean: number; deviation: number };
  };
}

const golden = JSON.parse(
  readFileSync(new URL('./evaluation.golden.json', import.meta.url), 'utf8'),
) as Golden;

const wave = (rows: number, length: number, shift = 0, scale = 1): Features => ({
  rows,
  length,
  values: Float32Array.from({ length: rows * length }, (_, at) => {
    const [i, j] = [Math.floor(at / length), at % length];
    return scale * Math.sin(1.3 * i + 2.1 * j + 0.37 * i * j + shift) + 0.1 * shift;
  }),
});

const rowsOf = (features: Features): number[][] =>
  Array.from({ length: features.rows }, (_, row) => [...featureRow(features, row)]);

describe('distances of picture sets', () => {
  it.each(golden.distances)('are those of scipy for $rows and $others rows of $length', (expected) => {
    const { rows, others, length } = expected;
    const [a, b] = [wave(rows, length), wave(others, length, 0.8, 1.4)];
    expect(kernelDistance(a, b)).toBeCloseTo(expected.kid, 5);
    expect(Math.abs(frechetDistance(a, b) / expected.frechet - 1)).toBeLessThan(1e-5);
    expect(frechetDistance(b, a)).toBeCloseTo(frechetDistance(a, b), 8);
    expect(Math.abs(frechetDistance(a, a))).toBeLessThan(1e-5);
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  it("are numpy's", () => {
    const { values } = wave(9, 9);
    const matrix = Float64Array.from(
      values,
      (value, at) => value + (values[(at % 9) * 9 + Math.floor(at / 9)] as number),
    );
    symmetricEigenvalues(matrix, 9).forEach((value, i) =>
      expect(value).toBeCloseTo(golden.eigenvalues[i] ?? Number.NaN, 6),
    );
  });

  it('are found for matrices that are diagonal, zero, of one number, and of one direction', () => {
    expect([...symmetricEigenvalues(Float64Array.of(3, 0, 0, 0, 1, 0, 0, 0, 2), 3)]).toEqual([1, 2, 3]);
    expect([...symmetricEigenvalues(new Float64Array(16), 4)]).toEqual([0, 0, 0, 0]);
    expect([...symmetricEigenvalues(Float64Array.of(7), 1)]).toEqual([7]);
    const ones = symmetricEigenvalues(new Float64Array(25).fill(1), 5);
    expect(ones[4]).toBeCloseTo(5, 10);
    expect(Math.abs(ones[0] ?? 1)).toBeLessThan(1e-12);
    expect(() => symmetricEigenvalues(new Float64Array(9).fill(Number.NaN), 3)).toThrow('not finite');
  });
});

describe('the class probe', () => {
  it("is scikit-learn's weighted ridge regression, and its accuracy the balanced one", () => {
    const labels = Array.from({ length: 24 }, (_, i) => (i % 5) % 3);
    const found = trainProbe(wave(24, 7), labels, 3, 0.7).classify(wave(10, 7, 0.5));
    expect(found).toEqual(golden.probe.found);
    const truth = Array.from({ length: 10 }, (_, i) => i % 3);
    expect(balancedAccuracy(found, truth)).toBeCloseTo(golden.probe.balancedAccuracy, 12);
  });
});

describe('K-means', () => {
  it("goes where scikit-learn's goes from the same centres", () => {
    const points = rowsOf(wave(40, 3));
    const { labels, inertia } = refineClusters(points, points.slice(0, 5));
    expect(labels).toEqual(golden.clusters.labels);
    expect(inertia).toBeCloseTo(golden.clusters.inertia, 8);
  });
});

describe('the ROC curve', () => {
  const { scores, same, ...expected } = golden.roc;

  it("has scikit-learn's points, with equal scores at one", () => {
    const curve = rocCurve(scores, same);
    expect(curve.map(({ falsePositive }) => falsePositive)).toEqual(expected.falsePositive);
    expect(curve.map(({ truePositive }) => truePositive)).toEqual(expected.truePositive);
    expect(curve.slice(1).map(({ threshold }) => threshold)).toEqual(expected.thresholds);
  });

  it("has the area that scikit-learn and scipy's rank test say, alone and over five folds", () => {
    expect(areaUnder(rocCurve(scores, same))).toBeCloseTo(expected.area, 12);
    expect(expected.area).toBeCloseTo(expected.areaByRanks, 12);
    const { mean, deviation } = foldedRoc(scores, same, 5);
    expect(mean).toBeCloseTo(expected.folds.mean, 12);
    expect(deviation).toBeCloseTo(expected.folds.deviation, 12);
  });
});
