/**
 * tanh, four numbers at a time. Near zero its Taylor series to x^9; elsewhere 1 - 2/(e^(2|x|) + 1) with the sign of
 * x, where e^t = 2^n * e^r, n the integer nearest to t/ln 2, and e^r its Taylor series to r^7 for |r| <= ln(2)/2.
 * Both are within 3e-7 of tanh. Beyond |x| = 9.02 the result is 1 in float32.
 */
function exponential(t: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(t, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts, so that the product with n loses nothing.
  const high = f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.add(high, f32x4.mul(n, f32x4.splat(2.12194440054690583e-4)));
  let sum = f32x4.splat(1.0 / 5040.0);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  return f32x4.mul(sum, i32x4.shl(exponent, 23));
}

function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const signBit = i32x4.splat(0x80000000);
  const size = f32x4.abs(x);
  const t = f32x4.mul(f32x4.min(size, f32x4.splat(9.02)), f32x4.splat(2));
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exponential(t), one)));
  const signed = v128.or(v128.and(x, signBit), v128.andnot(far, signBit));
  const square = f32x4.mul(x, x);
  let series = f32x4.splat(62.0 / 2835.0);
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(-17.0 / 315.0));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2.0 / 15.0));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(-1.0 / 3.0));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(series, square), x));
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.35)));
}

/** y = tanh(x) for `count` numbers. */
export function tanh(x: usize, y: usize, count: i32): void {
  const end = x + ((<usize>(count & ~3)) << 2);
  while (x < end) {
    v128.store(y, tanh4(v128.load(x)));
    x += 16;
    y += 16;
  }
  for (let left = count & 3; left > 0; left--) {
    f32.store(y, f32x4.extract_lane(tanh4(v128.load32_splat(x)), 0));
    x += 4;
    y += 4;
  }
}
