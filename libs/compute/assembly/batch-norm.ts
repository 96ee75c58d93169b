/**
 * Training-mode batch normalisation over rows [rows, channels] (Ioffe and Szegedy 2015, algorithm 1), two
 * passes each way. Sums are taken over blocks of rows in float32 and added up in float64, and the statistics
 * are of x minus its first row, so that a large common offset costs no digits.
 */

const BLOCK: i32 = 128;

/** totals[c] += sum of (x - shift), totals[channels + c] += sum of its square, over one block of rows. */
function addBlock(x: usize, shift: usize, rows: i32, channels: i32, totals: usize): void {
  const rowBytes = (<usize>channels) << 2;
  const squares = totals + ((<usize>channels) << 3);
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    let from = x + ((<usize>c) << 2);
    const s = v128.load(shift + ((<usize>c) << 2));
    let sum = f32x4.splat(0),
      square = f32x4.splat(0);
    for (let r = rows; r > 0; r--) {
      const d = f32x4.sub(v128.load(from), s);
      sum = f32x4.add(sum, d);
      square = f32x4.add(square, f32x4.mul(d, d));
      from += rowBytes;
    }
    addLanes(totals + ((<usize>c) << 3), sum);
    addLanes(squares + ((<usize>c) << 3), square);
  }
  for (; c < channels; c++) {
    let from = x + ((<usize>c) << 2);
    const s = f32.load(shift + ((<usize>c) << 2));
    let sum: f32 = 0,
      square: f32 = 0;
    for (let r = rows; r > 0; r--) {
      const d = f32.load(from) - s;
      sum += d;
      square += d * d;
      from += rowBytes;
    }
    addTo(totals + ((<usize>c) << 3), sum);
    addTo(squares + ((<usize>c) << 3), square);
  }
}

function addTo(total: usize, value: f32): void {
  f64.store(total, f64.load(total) + <f64>value);
}

function addLanes(total: usize, value: v128): void {
  addTo(total, f32x4.extract_lane(value, 0));
  addTo(total + 8, f32x4.extract_lane(value, 1));
  addTo(total + 16, f32x4.extract_lane(value, 2));
  addTo(total + 24, f32x4.extract_lane(value, 3));
}

/**
 * mean[c] and the biased variance[c] of x, and y = (x - mean)/sqrt(variance + epsilon)*scale + offset, then
 * y = y > 0 ? y : slope*y (slope 1: no activation). scratch: channels*16 bytes, 8-aligned, and channels*8 more.
 */
export function batchNormForward(
  x: usize,
  scale: usize,
  offset: usize,
  y: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  slope: f32,
  scratch: usize,
): void {
  const bytes = <usize>channels;
  memory.fill(scratch, 0, bytes << 4);
  for (let r = 0; r < rows; r += BLOCK) {
    addBlock(x + ((<usize>(r * channels)) << 2), x, min(BLOCK, rows - r), channels, scratch);
  }
  const factors = scratch + (bytes << 4),
    terms = factors + (bytes << 2);
  for (let c: usize = 0; c < bytes; c++) {
    const d = f64.load(scratch + (c << 3)) / <f64>rows;
    const spread = max<f64>(f64.load(scratch + ((bytes + c) << 3)) / <f64>rows - d * d, 0);
    const m = <f64>f32.load(x + (c << 2)) + d;
    const factor = <f64>f32.load(scale + (c << 2)) / sqrt<f64>(spread + <f64>epsilon);
    f32.store(mean + (c << 2), <f32>m);
    f32.store(variance + (c << 2), <f32>spread);
    f32.store(factors + (c << 2), <f32>factor);
    f32.store(terms + (c << 2), <f32>(<f64>f32.load(offset + (c << 2)) - m * factor));
  }
  const zero = f32x4.splat(0),
    leak = f32x4.splat(slope);
  for (let r = 0; r < rows; r++) {
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

/** totals[c] += sum of g, totals[channels + c] += sum of g*(x - mean); g is dy behind the activation. */
function addGradientBlock(
  x: usize,
  dy: usize,
  mean: usize,
  factors: usize,
  terms: usize,
  rows: i32,
  channels: i32,
  slope: f32,
  totals: usize,
): void {
  const rowBytes = (<usize>channels) << 2;
  const products = totals + ((<usize>channels) << 3);
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
    addLanes(totals + ((<usize>c) << 3), sum);
    addLanes(products + ((<usize>c) << 3), product);
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
    addTo(totals + ((<usize>c) << 3), sum);
    addTo(products + ((<usize>c) << 3), product);
  }
}

/**
 * The gradients of batchNormForward: dx, dScale, dOffset. With h = 1/sqrt(variance + epsilon) and g the gradient
 * behind the activation: dOffset = sum g, dScale = sum g*(x - mean)*h and
 * dx = scale*h*(g - dOffset/rows - (x - mean)*h*dScale/rows).
 * scratch: channels*16 bytes, 8-aligned, and channels*16 more.
 */
export function batchNormBackward(
  x: usize,
  dy: usize,
  scale: usize,
  offset: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  dScale: usize,
  dOffset: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  slope: f32,
  scratch: usize,
): void {
  const bytes = <usize>channels;
  memory.fill(scratch, 0, bytes << 4);
  const factors = scratch + (bytes << 4),
    terms = factors + (bytes << 2);
  const slopes = terms + (bytes << 2),
    shifts = slopes + (bytes << 2);
  for (let c: usize = 0; c < bytes << 2; c += 4) {
    const factor = f32.load(scale + c) / sqrt<f32>(f32.load(variance + c) + epsilon);
    f32.store(factors + c, factor);
    f32.store(terms + c, f32.load(offset + c) - f32.load(mean + c) * factor);
  }
  for (let r = 0; r < rows; r += BLOCK) {
    const at = (<usize>(r * channels)) << 2;
    addGradientBlock(x + at, dy + at, mean, factors, terms, min(BLOCK, rows - r), channels, slope, scratch);
  }
  // dx = factor*g + slopeOf*x + shift, one multiply-add per pass and channel.
  for (let c: usize = 0; c < bytes; c++) {
    const sum = f64.load(scratch + (c << 3));
    const inverse = 1.0 / sqrt<f64>(<f64>f32.load(variance + (c << 2)) + <f64>epsilon);
    const weighted = f64.load(scratch + ((bytes + c) << 3)) * inverse;
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
  const zero = f32x4.splat(0),
    leak = f32x4.splat(slope);
  for (let r = 0; r < rows; r++) {
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
