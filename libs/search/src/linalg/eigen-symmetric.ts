/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to a tridiagonal one (Golub & Van Loan,
 * Matrix Computations, algorithm 8.3.1), then implicit QR steps with Wilkinson's shift (8.3.2 and 8.3.3). The
 * reflections and rotations act on rows of the transposed eigenvectors, so that all inner loops are contiguous.
 */

export interface Eigen {
  /** Not sorted. */
  readonly values: Float64Array;
  /** Row-major, n x n: row i is the eigenvector of value i, of length 1. */
  readonly vectors: Float64Array;
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry i stands between i and i + 1. */
  readonly beside: Float64Array;
  /** Q^T, where the matrix is Q T Q^T. */
  readonly transposed: Float64Array;
}

/** Reflects rows first.. of `rows` (each n long): each column minus beta v (v^T column). */
const reflectRows = (rows: Float64Array, n: number, first: number, v: Float64Array, beta: number): void => {
  const projected = new Float64Array(n);
  for (let i = first; i < n; i++) {
    const factor = v[i] as number;
    for (let j = 0; j < n; j++)
      projected[j] = (projected[j] as number) + factor * (rows[i * n + j] as number);
  }
  for (let i = first; i < n; i++) {
    const factor = beta * (v[i] as number);
    for (let j = 0; j < n; j++) {
      rows[i * n + j] = (rows[i * n + j] as number) - factor * (projected[j] as number);
    }
  }
};

const tridiagonalise = (matrix: Float64Array, n: number): Tridiagonal => {
  const a = matrix.slice();
  const transposed = new Float64Array(n * n);
  for (let i = 0; i < n; i++) transposed[i * n + i] = 1;
  const beside = new Float64Array(Math.max(n - 1, 0));
  for (let k = 0; k + 2 < n; k++) {
    let length = 0;
    for (let i = k + 1; i < n; i++) length = Math.hypot(length, a[i * n + k] as number);
    const head = a[(k + 1) * n + k] as number;
    const sign = head < 0 ? -1 : 1;
    beside[k] = -sign * length;
    if (length === 0) continue;
    const v = new Float64Array(n);
    for (let i = k + 1; i < n; i++) v[i] = a[i * n + k] as number;
    v[k + 1] = head + sign * length;
    const beta = 1 / (length * (length + Math.abs(head)));

    // A <- A - v w^T - w v^T on what is left, with p = beta A v and w = p - (beta p^T v / 2) v.
    const w = new Float64Array(n);
    let along = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number);
      w[i] = beta * sum;
      along += (w[i] as number) * (v[i] as number);
    }
    for (let i = k + 1; i < n; i++) w[i] = (w[i] as number) - ((beta * along) / 2) * (v[i] as number);
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) {
        const change = (v[i] as number) * (w[j] as number) + (w[i] as number) * (v[j] as number);
        a[i * n + j] = (a[i * n + j] as number) - change;
      }
    }
    reflectRows(transposed, n, k + 1, v, beta);
  }
  if (n >= 2) beside[n - 2] = a[(n - 1) * n + n - 2] as number;
  return { diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number), beside, transposed };
};

/** Rows i and i + 1 become c r_i - s r_(i+1) and s r_i + c r_(i+1). */
const rotateRows = (rows: Float64Array, n: number, i: number, c: number, s: number): void => {
  for (let j = i * n; j < i * n + n; j++) {
    const [upper, lower] = [rows[j] as number, rows[j + n] as number];
    rows[j] = c * upper - s * lower;
    rows[j + n] = s * upper + c * lower;
  }
};

/** One implicit QR step on the block first..last, none of whose off-diagonal entries is 0. */
const step = ({ diagonal: d, beside: e, transposed }: Tridiagonal, first: number, last: number): void => {
  const n = d.length;
  const half = ((d[last - 1] as number) - (d[last] as number)) / 2;
  const corner = e[last - 1] as number;
  const root = Math.hypot(half, corner);
  const shift = (d[last] as number) - corner ** 2 / (half + (half < 0 ? -root : root));
  let x = (d[first] as number) - shift;
  let z = e[first] as number;
  for (let k = first; k < last; k++) {
    const length = Math.hypot(x, z);
    const c = length === 0 ? 1 : x / length;
    const s = length === 0 ? 0 : -z / length;
    if (k > first) e[k - 1] = length;
    const [above, below, between] = [d[k] as number, d[k + 1] as number, e[k] as number];
    d[k] = c * c * above - 2 * c * s * between + s * s * below;
    d[k + 1] = s * s * above + 2 * c * s * between + c * c * below;
    x = c * s * (above - below) + (c * c - s * s) * between;
    e[k] = x;
    if (k + 1 < last) {
      z = -s * (e[k + 1] as number);
      e[k + 1] = c * (e[k + 1] as number);
    }
    rotateRows(transposed, n, k, c, s);
  }
};

/** @param matrix row-major n x n, symmetric, finite */
export const eigenSymmetric = (matrix: Float64Array, n: number): Eigen => {
  const tridiagonal = tridiagonalise(matrix, n);
  const { diagonal, beside, transposed } = tridiagonal;
  const isSmall = (i: number): boolean =>
    Math.abs(beside[i] as number) <=
    Number.EPSILON * (Math.abs(diagonal[i] as number) + Math.abs(diagonal[i + 1] as number));
  // Two or three steps an eigenvalue are the rule; the bound only says that this ends.
  for (let last = n - 1, steps = 0; last > 0 && steps < 60 * n; steps++) {
    if (isSmall(last - 1)) {
      last--;
      continue;
    }
    let first = last - 1;
    while (first > 0 && !isSmall(first - 1)) first--;
    step(tridiagonal, first, last);
  }
  return { values: diagonal, vectors: transposed };
};
