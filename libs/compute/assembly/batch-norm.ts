/**
 * Training-mode batch normalisation over rows [rows, channels] (Ioffe and Szegedy 2015, algorithm 1), two passes with
 * the statistics between them, and two more for the gradient (batch-norm-gradient.ts). Sums are taken over blocks of
 * 128 rows in float32 and added up in float64 in the blocks' order, whoever computed them, so that the result does not
 * depend on the number of threads; and they are sums of x minus its first row, so that a large common offset costs no
 * digits.
 *
 * sums: [blocks][2][channels]; factors, terms: [channels]; totals: float64 [2][channels].
 */

/** Rows of a block. */
export const BLOCK: i32 = 128;

/** sums[block] = [sum of (x - shift), sum of its square], for the blocks `from` to `to`. */
export function batchNormSums(
  x: usize,
  shift: usize,
  rows: i32,
  channels: i32,
  sums: usize,
  from: i32,
  to: i32,
): void {
  for (let block = from; block < to; block++) {
    const first = block * BLOCK;
    const at = x + ((<usize>(first * channels)) << 2);
    sumBlock(at, shift, min(BLOCK, rows - first), channels, sums + ((<usize>(block * channels)) << 3));
  }
}

function sumBlock(x: usize, shift: usize, rows: i32, channels: i32, sums: usize): void {
  const rowBytes = (<usize>channels) << 2;
  const squares = sums + rowBytes;
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const at = (<usize>c) << 2;
    let from = x + at;
    const s = v128.load(shift + at);
    let sum = f32x4.splat(0),
      square = f32x4.splat(0);
    for (let r = rows; r > 0; r--) {
      const d = f32x4.sub(v128.load(from), s);
      sum = f32x4.add(sum, d);
      square = f32x4.add(square, f32x4.mul(d, d));
      from += rowBytes;
    }
    v128.store(sums + at, sum);
    v128.store(squares + at, square);
  }
  for (; c < channels; c++) {
    const at = (<usize>c) << 2;
    let from = x + at;
    const s = f32.load(shift + at);
    let sum: f32 = 0,
      square: f32 = 0;
    for (let r = rows; r > 0; r--) {
      const d = f32.load(from) - s;
      sum += d;
      square += d * d;
      from += rowBytes;
    }
    f32.store(sums + at, sum);
    f32.store(squares + at, square);
  }
}

/** totals = the sums of all blocks, first to last. */
export function addBlocks(sums: usize, rows: i32, channels: i32, totals: usize): void {
  const width = channels << 1;
  for (let c = 0; c < width; c++) f64.store(totals + ((<usize>c) << 3), 0);
  for (let row = 0; row < rows; row += BLOCK) {
    for (let c = 0; c < width; c++) {
      const total = totals + ((<usize>c) << 3);
      f64.store(total, f64.load(total) + <f64>f32.load(sums));
      sums += 4;
    }
  }
}

/**
 * mean[c] and the biased variance[c] of x, from the sums, and the factor and term with which
 * (x - mean)/sqrt(variance + epsilon)*scale + offset is x*factor + term.
 */
export function batchNormStatistics(
  x: usize,
  scale: usize,
  offset: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  totals: usize,
  factors: usize,
  terms: usize,
  sums: usize,
): void {
  addBlocks(sums, rows, channels, totals);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const d = f64.load(totals + (c << 3)) / <f64>rows;
    const spread = max<f64>(f64.load(totals + ((<usize>channels + c) << 3)) / <f64>rows - d * d, 0);
    const m = <f64>f32.load(x + (c << 2)) + d;
    const factor = <f64>f32.load(scale + (c << 2)) / sqrt<f64>(spread + <f64>epsilon);
    f32.store(mean + (c << 2), <f32>m);
    f32.store(variance + (c << 2), <f32>spread);
    f32.store(factors + (c << 2), <f32>factor);
    f32.store(terms + (c << 2), <f32>(<f64>f32.load(offset + (c << 2)) - m * factor));
  }
}

/** y = x*factor + term, then y = y > 0 ? y : slope*y (slope 1: no activation), for the rows `from` to `to`. */
export function batchNormApply(
  x: usize,
  y: usize,
  channels: i32,
  slope: f32,
  factors: usize,
  terms: usize,
  from: i32,
  to: i32,
): void {
  const bytes = <usize>channels;
  const zero = f32x4.splat(0),
    leak = f32x4.splat(slope);
  x += (<usize>(from * channels)) << 2;
  y += (<usize>(from * channels)) << 2;
  for (let r = from; r < to; r++) {
    let c: usize = 0;
    for (; c + 4 <= bytes; c += 4) {
      const at = c << 2;
      const v = f32x4.add(f32x4.mul(v128.load(x + at), v128.load(factors + at)), v128.load(terms + at));
      v128.store(y + at, v128.bitselect(v, f32x4.mul(v, leak), f32x4.gt(v, zero)));
    }
    for (; c < bytes; c++) {
      const v = f32.load(x + (c << 2)) * f32.load(factors + (c << 2)) + f32.load(terms + (c << 2));
      f32.store(y + (c << 2), v > 0 ? v : v * slope);
    }
    x += bytes << 2;
    y += bytes << 2;
  }
}
