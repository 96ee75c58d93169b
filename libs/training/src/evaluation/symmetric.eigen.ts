/**
 * Eigenvalues of a symmetric matrix: Householder reflections to three diagonals, then implicit QL steps (Wilkinson and
 * Reinsch 1971, tred1 and imtql1). Our own because the Frechet distance needs the values alone: packages bring
 * vectors, matrices of their own and three times the work, and libs/search, which has some, is behind a fence.
 */

/** Its diagonal and the one beside it; `a` [n, n] is overwritten. */
const toThreeDiagonals = (a: Float64Array, n: number): [Float64Array, Float64Array] => {
  const at = (row: number, column: number) => a[row * n + column] as number;
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    const v = new Float64Array(n);
    let squares = 0;
    for (let i = k + 1; i < n; i++) squares += at(i, k) ** 2;
    const alpha = at(k + 1, k) > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    beside[k] = alpha;
    const length = Math.sqrt(2 * (squares - alpha * at(k + 1, k)));
    if (length === 0) continue;
    for (let i = k + 1; i < n; i++) v[i] = (at(i, k) - (i === k + 1 ? alpha : 0)) / length;
    reflect(a, n, v, k + 1);
  }
  if (n > 1) beside[n - 2] = at(n - 1, n - 2);
  for (let i = 0; i < n; i++) diagonal[i] = at(i, i);
  return [diagonal, beside];
};

/** a <- (1 - 2 v v') a (1 - 2 v v') in the rows and columns from `from` on, where v, of length 1, is not zero. */
const reflect = (a: Float64Array, n: number, v: Float64Array, from: number): void => {
  const w = new Float64Array(n);
  let along = 0;
  for (let i = from; i < n; i++) {
    let sum = 0;
    for (let j = from; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number);
    w[i] = 2 * sum;
    along += sum * (v[i] as number);
  }
  for (let i = from; i < n; i++) w[i] = (w[i] as number) - 2 * along * (v[i] as number);
  for (let i = from; i < n; i++) {
    const [vi, wi] = [v[i] as number, w[i] as number];
    for (let j = from; j < n; j++) {
      a[i * n + j] = (a[i * n + j] as number) - vi * (w[j] as number) - wi * (v[j] as number);
    }
  }
};

/** The first row from `from` on that is split off from the next by rounding alone. */
const splitAfter = (d: Float64Array, e: Float64Array, from: number): number => {
  let m = from;
  while (m < d.length - 1) {
    const size = Math.abs(d[m] as number) + Math.abs(d[m + 1] as number);
    if (Math.abs(e[m] as number) <= Number.EPSILON * size) break;
    m++;
  }
  return m;
};

/** One implicit QL step on rows l to m. */
const stepQl = (d: Float64Array, e: Float64Array, l: number, m: number): void => {
  const el = e[l] as number;
  let g = ((d[l + 1] as number) - (d[l] as number)) / (2 * el);
  const root = Math.hypot(g, 1);
  g = (d[m] as number) - (d[l] as number) + el / (g + (g >= 0 ? root : -root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number);
    const b = c * (e[i] as number);
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (d[i + 1] as number) - p;
    const t = ((d[i] as number) - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l] = (d[l] as number) - p;
  e[l] = g;
  e[m] = 0;
};

/** Of a symmetric matrix no value ever took more than about 30 steps. */
const mostSteps = 100;

/**
 * @param matrix [n, n], symmetric; not changed
 * @returns its n eigenvalues, smallest first
 * @throws RangeError for values that are not finite
 */
export const symmetricEigenvalues = (matrix: Float64Array, n: number): Float64Array => {
  const [d, e] = toThreeDiagonals(Float64Array.from(matrix), n);
  for (let l = 0; l < n; l++) {
    for (let steps = 0, m = splitAfter(d, e, l); m !== l; m = splitAfter(d, e, l)) {
      if (steps++ === mostSteps) throw new RangeError('the matrix has values that are not finite');
      stepQl(d, e, l, m);
    }
  }
  return d.sort();
};
