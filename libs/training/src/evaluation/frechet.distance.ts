/**
 * Frechet distance of two sets of pictures, each taken as a normal distribution in feature space (Heusel et al. 2017;
 * Dowson and Landau 1982): |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), with the covariances over n - 1.
 *
 * With S1 = A'A and S2 = B'B (A, B the centred rows), the eigenvalues of S1 S2 other than zero are those of
 * (A B')(B A'), so the trace of the root is the sum of the singular values of A B'. That is a matrix of pictures by
 * pictures where there are fewer pictures than features, and no root of a singular matrix is taken. It agrees with
 * scipy's sqrtm (frechet.golden). The distance grows as pictures get fewer: compare it at equal numbers, beside its floor.
 */
import { centred, type Features, standardOf } from './features.ts';
import { symmetricEigenvalues } from './symmetric.eigen.ts';

/** x y' of [n, k] and [m, k], by row: [n, m] */
const timesTransposed = (x: Float64Array, y: Float64Array, k: number): Float64Array => {
  const [n, m] = [x.length / k, y.length / k];
  const result = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let t = 0; t < k; t++) sum += (x[i * k + t] as number) * (y[j * k + t] as number);
      result[i * m + j] = sum;
    }
  }
  return result;
};

const transposed = (x: Float64Array, columns: number): Float64Array => {
  const rows = x.length / columns;
  const result = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = x[i * columns + j] as number;
  }
  return result;
};

/** Rows over the root of n - 1, so that their products are covariances. */
const scaledRows = (features: Features): Float64Array => {
  const scale = 1 / Math.sqrt(features.rows - 1);
  return Float64Array.from(centred(features).values, (value) => value * scale);
};

/** tr((S1 S2)^(1/2)) as the sum of the singular values of A B', on its shorter side. */
const traceOfRoot = (a: Float64Array, b: Float64Array, length: number): number => {
  const [n, m] = [a.length / length, b.length / length];
  const between = timesTransposed(a, b, length); // [n, m]
  const [side, columns, rows] =
    n <= m ? [n, m, between] : ([m, n, transposed(between, m)] as [number, number, Float64Array]);
  const squares = symmetricEigenvalues(timesTransposed(rows, rows, columns), side);
  return squares.reduce((sum, square) => sum + Math.sqrt(Math.max(0, square)), 0);
};

const sumOfSquares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);

/** Each set needs at least two rows. 0 for equal sets, up to rounding. */
export const frechetDistance = (one: Features, other: Features): number => {
  const [a, b] = [scaledRows(one), scaledRows(other)];
  const [m1, m2] = [standardOf(one).mean, standardOf(other).mean];
  const ofMeans = sumOfSquares(m1.map((value, i) => value - (m2[i] as number)));
  return ofMeans + sumOfSquares(a) + sumOfSquares(b) - 2 * traceOfRoot(a, b, one.length);
};
