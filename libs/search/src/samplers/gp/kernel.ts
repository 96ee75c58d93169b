/**
 * Matern-5/2 with a weight for each axis (Rasmussen & Williams, Gaussian Processes for Machine Learning, 4.17 and
 * 5.1): k(a, b) = scale * (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r), r^2 = sum of weight * difference^2. Two
 * categories differ by 0 or 1 (Hamming's distance).
 */

export interface Hyperparameters {
  /** Inverse squares of the length scales, one for each axis. */
  readonly weights: Float64Array;
  readonly scale: number;
  /** Variance of an observation around the function. */
  readonly noise: number;
}

/** Which axes are categories. Points are rows of numbers, one for each axis. */
export type Categories = readonly boolean[];

/** Matern-5/2 of scale 1 at a squared distance. */
export const matern = (squared: number): number => {
  const root = Math.sqrt(5 * squared);
  return (1 + root + (5 / 3) * squared) * Math.exp(-root);
};

/** Its derivative by the squared distance; finite at 0. */
export const maternSlope = (squared: number): number => {
  const root = Math.sqrt(5 * squared);
  return (-5 / 6) * (1 + root) * Math.exp(-root);
};

/** The squared difference of two points on each axis, for the pairs (a, b) with b < a in order of a, b. */
export const pairDifferences = (points: readonly Float64Array[], categories: Categories): Float64Array[] =>
  categories.map((isCategory, axis) => {
    const differences = new Float64Array((points.length * (points.length - 1)) / 2);
    let pair = 0;
    for (let a = 1; a < points.length; a++) {
      const at = points[a]?.[axis] as number;
      for (let b = 0; b < a; b++) {
        const difference = at - (points[b]?.[axis] as number);
        differences[pair++] = isCategory ? Number(difference !== 0) : difference * difference;
      }
    }
    return differences;
  });

export const squaredDistance = (
  a: Float64Array,
  b: Float64Array,
  weights: Float64Array,
  categories: Categories,
): number => {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) {
    const difference = (a[axis] as number) - (b[axis] as number);
    if (difference === 0) continue;
    sum += (weights[axis] as number) * (categories[axis] ? 1 : difference * difference);
  }
  return sum;
};
