/**
 * A classifier trained on real pictures, which says whether generated ones show the class of their caption: a linear
 * probe on features, one ridge regression for each class (Hoerl and Kennard 1970), classes of all sizes counting
 * alike. It has one solution, found without chance, so that equal data gives an equal classifier; it takes under a
 * second, so nothing of it is stored.
 */
import { type Features, featureRow, product } from './features.ts';

export interface ClassProbe {
  /** The class of each row, as an index into the classes that were trained. */
  classify(features: Features): number[];
}

/** a = l l'; `a` [n, n] symmetric and positive is overwritten by l below its diagonal. */
const factorise = (a: Float64Array, n: number): void => {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] as number) * (a[j * n + k] as number);
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / (a[j * n + j] as number);
    }
  }
};

/** x of l l' x = b, in place. */
const substitute = (l: Float64Array, n: number, b: Float64Array): void => {
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] as number) * (b[k] as number);
    b[i] = sum / (l[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (l[k * n + i] as number) * (b[k] as number);
    b[i] = sum / (l[i * n + i] as number);
  }
};

/** With a constant feature, so that no plane must go through the origin. */
const likeness = (a: Float32Array, b: Float32Array) => product(a, b) + 1;

/**
 * In the dual form: (K + strength W^-1) alpha = Y, K the products of all rows; as many unknowns as pictures.
 * @param labels of each row, 0 to classes - 1
 * @param strength of the penalty, against the sum over all pictures
 */
export const trainProbe = (
  features: Features,
  labels: readonly number[],
  classes: number,
  strength: number,
): ClassProbe => {
  const { rows: n, length } = features;
  const sizes = Array.from({ length: classes }, (_, c) => labels.filter((label) => label === c).length);
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = likeness(featureRow(features, i), featureRow(features, j));
      kernel[i * n + j] = value;
      kernel[j * n + i] = value;
    }
    const weight = n / (classes * (sizes[labels[i] as number] as number));
    kernel[i * n + i] = (kernel[i * n + i] as number) + strength / weight;
  }
  factorise(kernel, n);
  const planes = Array.from({ length: classes }, (_, c) => {
    const alpha = Float64Array.from(labels, (label) => (label === c ? 1 : 0));
    substitute(kernel, n, alpha);
    const plane = new Float32Array(length);
    let offset = 0;
    alpha.forEach((weight, row) => {
      featureRow(features, row).forEach((value, i) => (plane[i] = (plane[i] as number) + weight * value));
      offset += weight;
    });
    return { plane, offset };
  });
  return {
    classify: (asked) =>
      Array.from({ length: asked.rows }, (_, row) => {
        const scores = planes.map(({ plane, offset }) => product(featureRow(asked, row), plane) + offset);
        return scores.indexOf(Math.max(...scores));
      }),
  };
};

/** Share of rows of their own class; classes count alike, so that 1 / classes is luck. */
export const balancedAccuracy = (found: readonly number[], labels: readonly number[]): number => {
  const classes = [...new Set(labels)];
  const shares = classes.map((c) => {
    const rows = labels.flatMap((label, row) => (label === c ? [row] : []));
    return rows.filter((row) => found[row] === c).length / rows.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / classes.length;
};
