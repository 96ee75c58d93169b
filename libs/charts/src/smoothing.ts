/**
 * Exponential moving average with bias correction (the form TensorBoard draws): the first value is itself, not a
 * pull towards zero. Gaps stay gaps and do not age the average, so a sparse series stays as sparse as it was.
 */

/**
 * Smooths a column of values.
 * @param values one value a point; null where nothing finite was reported.
 * @param weight 0 (unchanged) up to but not including 1 (flat).
 */
export const exponentialMovingAverage = (
  values: readonly (number | null)[],
  weight: number,
): (number | null)[] => {
  if (!(weight > 0)) return [...values];
  let average = 0;
  let debias = 0;
  return values.map((value) => {
    if (value === null) return null;
    average = average * weight + (1 - weight) * value;
    debias = debias * weight + (1 - weight);
    return average / debias;
  });
};
