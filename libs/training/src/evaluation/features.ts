/**
 * Pictures as rows of numbers, by whatever looks at them: every figure of an evaluation is computed on such rows and
 * does not know what they mean. Who makes them, and with which weights, is the source's to say.
 */

export interface Features {
  readonly rows: number;
  /** Numbers a row. */
  readonly length: number;
  /** [rows, length] */
  readonly values: Float32Array;
}

export interface FeatureSource {
  /** Ends the names of figures made with it. */
  readonly name: 'colour' | 'joint';
  /** Figures compare only with those of the same hash. */
  readonly hash: string;
  /** @param pictures [n, 64, 64, 3] in [-1, 1] */
  of(pictures: Float32Array): Promise<Features>;
}

/** Row `row`, a view. */
export const featureRow = ({ values, length }: Features, row: number): Float32Array =>
  values.subarray(row * length, (row + 1) * length);

/** The named rows, copied. */
export const pickRows = (features: Features, rows: readonly number[]): Features => {
  const { length } = features;
  const values = new Float32Array(rows.length * length);
  rows.forEach((row, i) => values.set(featureRow(features, row), i * length));
  return { rows: rows.length, length, values };
};

/** Mean and spread of each feature over some pictures. */
export interface Standard {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** @param smallest deviations below it count as it: a feature that hardly varies is not blown up */
export const standardOf = ({ rows, length, values }: Features, smallest = 0): Standard => {
  const mean = new Float64Array(length);
  const deviation = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const value = values[row * length + i] as number;
      sum += value;
      squares += value * value;
    }
    const m = sum / rows;
    mean[i] = m;
    deviation[i] = Math.max(smallest, Math.sqrt(Math.max(0, squares / rows - m * m)));
  }
  return { mean, deviation };
};

export const standardise = (features: Features, { mean, deviation }: Standard): Features => ({
  ...features,
  values: features.values.map((value, i) => {
    const column = i % features.length;
    return (value - (mean[column] as number)) / (deviation[column] as number);
  }),
});

/** Minus the mean row. */
export const centred = (features: Features): Features => {
  const { mean } = standardOf(features);
  return {
    ...features,
    values: features.values.map((value, i) => value - (mean[i % features.length] as number)),
  };
};

export const distance = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
};

export const product = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** 1 for the same direction, -1 for the opposite; 0 if either has no length. */
export const cosine = (a: Float32Array, b: Float32Array): number => {
  const lengths = Math.sqrt(product(a, a) * product(b, b));
  return lengths === 0 ? 0 : product(a, b) / lengths;
};
