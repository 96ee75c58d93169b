/** The standard normal distribution: its share below a point, and the point below which a share lies. */

/** e^(x^2) erfc(x) for x >= 2 by Lentz's continued fraction (Abramowitz & Stegun 7.1.14). */
const scaledErfc = (x: number): number => {
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return 1 / (Math.sqrt(Math.PI) * (x + fraction));
};

/** erf(x) for 0 <= x < 2 by its series (Abramowitz & Stegun 7.1.6), of which every term is positive. */
const erfNearZero = (x: number): number => {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
};

/** erfc(x), relative error below 1e-13 for all x. */
const erfc = (x: number): number => {
  if (x < 0) return 2 - erfc(-x);
  return x < 2 ? 1 - erfNearZero(x) : Math.exp(-x * x) * scaledErfc(x);
};

/** P(X > a) divided by the density at a (Mills' ratio), for a >= 0; right to 1e-13 however far out. */
export const millsRatio = (a: number): number => {
  const x = a / Math.SQRT2;
  const scaled = x < 2 ? (1 - erfNearZero(x)) * Math.exp(x * x) : scaledErfc(x);
  return Math.sqrt(Math.PI / 2) * scaled;
};

/** P(X <= x). */
export const normalCdf = (x: number): number => erfc(-x / Math.SQRT2) / 2;

/**
 * The x with P(X <= x) = p, for p in (0, 1): a closed form near it (Winitzki) and Halley steps with the exact share.
 *
 * @throws RangeError when p is outside of (0, 1)
 */
export const normalQuantile = (p: number): number => {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile: p must lie between 0 and 1, got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  // Winitzki's closed form, within 0.5 %, is near enough for three steps to reach the last digits.
  const log = Math.log(4 * p * (1 - p));
  const a = 2 / (Math.PI * 0.147) + log / 2;
  let x = -Math.SQRT2 * Math.sqrt(Math.sqrt(a * a - log / 0.147) - a);
  for (let step = 0; step < 3; step++) {
    const off = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    x -= off / (1 + (x * off) / 2);
  }
  return x;
};
