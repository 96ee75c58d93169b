/**
 * P(X <= x) of the standard normal distribution from a table: the densities ask for it 200,000 times a suggestion
 * after 10,000 runs, at 4 ns each where the exact one needs 150 ns. Taylor's series from the nearest of its points to
 * the third order is right to 1e-10.
 */
import { normalCdf } from '../../space/normal-distribution.ts';

const STEPS = 64;
const REACH = 8.5;
const SIZE = 2 * REACH * STEPS + 1;

const share = new Float64Array(SIZE);
const density = new Float64Array(SIZE);
for (let i = 0; i < SIZE; i++) {
  const x = i / STEPS - REACH;
  share[i] = normalCdf(x);
  density[i] = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Beyond 8.5 standard deviations it is 0 or 1. */
export const shareBelow = (x: number): number => {
  if (x <= -REACH) return 0;
  if (x >= REACH) return 1;
  const i = Math.round((x + REACH) * STEPS);
  const from = i / STEPS - REACH;
  const d = x - from;
  const series = 1 - d * (from / 2 - (d * (from * from - 1)) / 6);
  return (share[i] as number) + (density[i] as number) * d * series;
};
