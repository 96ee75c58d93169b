/**
 * The receiver operating characteristic: how many of the pairs that belong together a threshold on their score finds,
 * against how many that do not it lets through. The area under it is the chance that a pair of the one kind scores
 * higher than one of the other, equal scores counting half (Hanley and McNeil 1982); 0.5 is luck.
 */

export interface RocPoint {
  /** Pairs that score at least this count as found. */
  readonly threshold: number;
  /** 0..1 */
  readonly falsePositive: number;
  /** 0..1 */
  readonly truePositive: number;
}

/** A point for each distinct score, from (0, 0) to (1, 1). Both kinds must occur. */
export const rocCurve = (scores: readonly number[], isTrue: readonly boolean[]): RocPoint[] => {
  const positives = isTrue.filter(Boolean).length;
  const negatives = isTrue.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new RangeError(`a ROC curve needs pairs of both kinds; got ${positives} and ${negatives}`);
  }
  const order = scores.map((_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const points: RocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositive: 0, truePositive: 0 }];
  let [found, passed] = [0, 0];
  order.forEach((index, i) => {
    if (isTrue[index]) found++;
    else passed++;
    const threshold = scores[index] as number;
    const next = order[i + 1];
    if (next !== undefined && scores[next] === threshold) return;
    points.push({ threshold, falsePositive: passed / negatives, truePositive: found / positives });
  });
  return points;
};

/** By trapezoids, 0..1. */
export const areaUnder = (curve: readonly RocPoint[]): number =>
  curve.slice(1).reduce((sum, point, i) => {
    const before = curve[i] as RocPoint;
    return (
      sum + ((point.falsePositive - before.falsePositive) * (point.truePositive + before.truePositive)) / 2
    );
  }, 0);

export interface FoldedRoc {
  /** Mean of the folds' areas. */
  readonly mean: number;
  /** Standard deviation of the folds' areas (of n, not n - 1). */
  readonly deviation: number;
  /** Over all pairs at once. */
  readonly curve: readonly RocPoint[];
}

/**
 * Neighbours (2i, 2i + 1), one of each kind as style.pairs.ts draws them, go to one fold. Folds without both are left out.
 * @throws RangeError when all pairs are of one kind
 */
export const foldedRoc = (
  scores: readonly number[],
  isTrue: readonly boolean[],
  folds: number,
): FoldedRoc => {
  const curve = rocCurve(scores, isTrue);
  const areas = Array.from({ length: folds }, (_, fold) => {
    const ofFold = <T>(values: readonly T[]) => values.filter((__, i) => Math.floor(i / 2) % folds === fold);
    const kinds = ofFold(isTrue);
    return new Set(kinds).size === 2 ? [areaUnder(rocCurve(ofFold(scores), kinds))] : [];
  }).flat();
  const used = areas.length > 0 ? areas : [areaUnder(curve)];
  const mean = used.reduce((sum, area) => sum + area, 0) / used.length;
  const variance = used.reduce((sum, area) => sum + (area - mean) ** 2, 0) / used.length;
  return { mean, deviation: Math.sqrt(variance), curve };
};
