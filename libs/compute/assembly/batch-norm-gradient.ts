/**
 * The gradient of batch-norm.ts: its factors and terms again, sums over blocks, statistics, then dx. What is said there
 * of sums and threads holds here.
 *
 * sums: [blocks][2][channels]; factors, terms, slopes, shifts: [channels]; totals: float64 [2][channels].
 */
import { addBlocks, BLOCK } from './batch-norm';

/** The factors and terms of batchNormStatistics, again, from what it returned. */
export function batchNormFactors(
  scale: usize,
  offset: usize,
  mean: usize,
  variance: usize,
  channels: i32,
  epsilon: f32,
  factors: usize,
  terms: usize,
): void {
  for (let c: usize = 0; c < (<usize>channels) << 2; c += 4) {
    const factor = f32.load(scale + c) / sqrt<f32>(f32.load(variance + c) + epsilon);
    f32.store(factors + c, factor);
    f32.store(terms + c, f32.load(offset + c) - f32.load(mean + c) * factor);
  }
}

/** sums[block] = [sum of g, sum of g*(x - mean)], for the blocks `from` to `to`; g is dy behind the activation. */
export function batchNormGradientSums(
  x: usize,
  dy: usize,
  mean: usize,
  factors: usize,
  terms: usize,
  rows: i32,
  channels: i32,
  slope: f32,
  sums: usize,
  from: i32,
  to: i32,
): void {
  for (let block = from; block < to; block++) {
    const first = block * BLOCK;
    const at = (<usize>(first * channels)) << 2;
    const into = sums + ((<usize>(block * channels)) << 3);
    sumGradientBlock(x + at, dy + at, mean, factors, terms, min(BLOCK, rows - first), channels, slope, into);
  }
}

function sumGradientBlock(
  x: usize,
  dy: usize,
  mean: usize,
  factors: usize,
  terms: usize,
  rows: i32,
  channels: i32,
  slope: f32,
  sums: usize,
): void {
  const rowBytes = (<usize>channels) << 2;
  const products = sums + rowBytes;
  const zero = f32x4.splat(0),
    leak = f32x4.splat(slope);
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const at = (<usize>c) << 2;
    let fx = x + at,
      fd = dy + at;
    const m = v128.load(mean + at),
      k = v128.load(factors + at),
      t = v128.load(terms + at);
    let sum = f32x4.splat(0),
      product = f32x4.splat(0);
    for (let r = rows; r > 0; r--) {
      const v = v128.load(fx),
        d = v128.load(fd);
      const active = f32x4.gt(f32x4.add(f32x4.mul(v, k), t), zero);
      const g = v128.bitselect(d, f32x4.mul(d, leak), active);
      sum = f32x4.add(sum, g);
      product = f32x4.add(product, f32x4.mul(g, f32x4.sub(v, m)));
      fx += rowBytes;
      fd += rowBytes;
    }
    v128.store(sums + at, sum);
    v128.store(products + at, product);
  }
  for (; c < channels; c++) {
    const at = (<usize>c) << 2;
    let fx = x + at,
      fd = dy + at;
    const m = f32.load(mean + at),
      k = f32.load(factors + at),
      t = f32.load(terms + at);
    let sum: f32 = 0,
      product: f32 = 0;
    for (let r = rows; r > 0; r--) {
      const v = f32.load(fx);
      const g = v * k + t > 0 ? f32.load(fd) : f32.load(fd) * slope;
      sum += g;
      product += g * (v - m);
      fx += rowBytes;
      fd += rowBytes;
    }
    f32.store(sums + at, sum);
    f32.store(products + at, product);
  }
}

/**
 * dScale and dOffset from the sums, and the slope and shift with which dx is factor*g + slope*x + shift. With
 * h = 1/sqrt(variance + epsilon) and g the gradient behind the activation: dOffset = sum g,
 * dScale = sum g*(x - mean)*h and dx = scale*h*(g - dOffset/rows - (x - mean)*h*dScale/rows).
 */
export function batchNormGradientStatistics(
  mean: usize,
  variance: usize,
  dScale: usize,
  dOffset: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  totals: usize,
  factors: usize,
  slopes: usize,
  shifts: usize,
  sums: usize,
): void {
  addBlocks(sums, rows, channels, totals);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const sum = f64.load(totals + (c << 3));
    const inverse = 1.0 / sqrt<f64>(<f64>f32.load(variance + (c << 2)) + <f64>epsilon);
    const weighted = f64.load(totals + ((<usize>channels + c) << 3)) * inverse;
    const factor = <f64>f32.load(factors + (c << 2));
    const slopeOf = (-factor * inverse * weighted) / <f64>rows;
    f32.store(dOffset + (c << 2), <f32>sum);
    f32.store(dScale + (c << 2), <f32>weighted);
    f32.store(slopes + (c << 2), <f32>slopeOf);
    f32.store(
      shifts + (c << 2),
      <f32>((-factor * sum) / <f64>rows - slopeOf * <f64>f32.load(mean + (c << 2))),
    );
  }
}

/** dx for the rows `from` to `to`. */
export function batchNormGradientApply(
  x: usize,
  dy: usize,
  dx: usize,
  channels: i32,
  slope: f32,
  factors: usize,
  terms: usize,
  slopes: usize,
  shifts: usize,
  from: i32,
  to: i32,
): void {
  const bytes = <usize>channels;
  const start = (<usize>(from * channels)) << 2;
  x += start;
  dy += start;
  dx += start;
  const zero = f32x4.splat(0),
    leak = f32x4.splat(slope);
  for (let r = from; r < to; r++) {
    let c: usize = 0;
    for (; c + 4 <= bytes; c += 4) {
      const at = c << 2;
      const v = v128.load(x + at),
        d = v128.load(dy + at),
        k = v128.load(factors + at);
      const active = f32x4.gt(f32x4.add(f32x4.mul(v, k), v128.load(terms + at)), zero);
      const g = v128.bitselect(d, f32x4.mul(d, leak), active);
      const part = f32x4.add(f32x4.mul(v, v128.load(slopes + at)), v128.load(shifts + at));
      v128.store(dx + at, f32x4.add(f32x4.mul(g, k), part));
    }
    for (; c < bytes; c++) {
      const at = c << 2;
      const v = f32.load(x + at),
        k = f32.load(factors + at);
      const g = v * k + f32.load(terms + at) > 0 ? f32.load(dy + at) : f32.load(dy + at) * slope;
      f32.store(dx + at, g * k + v * f32.load(slopes + at) + f32.load(shifts + at));
    }
    x += bytes << 2;
    dy += bytes << 2;
    dx += bytes << 2;
  }
}
