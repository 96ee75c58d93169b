/** Activations and the optimiser's step: one pass over memory each. `count` is in floats, any value; see jobs.ts for the parts. */

/** y = x > 0 ? x : alpha*x. */
export function leakyRelu(x: usize, y: usize, count: i32, alpha: f32): void {
  const slope = f32x4.splat(alpha),
    zero = f32x4.splat(0);
  const end = x + ((<usize>(count & ~3)) << 2);
  while (x < end) {
    const v = v128.load(x);
    v128.store(y, v128.bitselect(v, f32x4.mul(v, slope), f32x4.gt(v, zero)));
    x += 16;
    y += 16;
  }
  for (let left = count & 3; left > 0; left--) {
    const v = f32.load(x);
    f32.store(y, v > 0 ? v : v * alpha);
    x += 4;
    y += 4;
  }
}

/** dx = x > 0 ? dy : alpha*dy. */
export function leakyReluGradient(dy: usize, x: usize, dx: usize, count: i32, alpha: f32): void {
  const slope = f32x4.splat(alpha),
    zero = f32x4.splat(0);
  const end = x + ((<usize>(count & ~3)) << 2);
  while (x < end) {
    const g = v128.load(dy);
    v128.store(dx, v128.bitselect(g, f32x4.mul(g, slope), f32x4.gt(v128.load(x), zero)));
    x += 16;
    dy += 16;
    dx += 16;
  }
  for (let left = count & 3; left > 0; left--) {
    const g = f32.load(dy);
    f32.store(dx, f32.load(x) > 0 ? g : g * alpha);
    x += 4;
    dy += 4;
    dx += 4;
  }
}

/**
 * One Adam step (Kingma and Ba 2015, algorithm 1, with the two bias corrections folded into `rate` and
 * `epsilon` by the caller): m' = b1*m + (1-b1)*g, v' = b2*v + (1-b2)*g*g, p' = p - rate*m'/(sqrt(v') + epsilon).
 */
export function adam(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  pOut: usize,
  mOut: usize,
  vOut: usize,
  count: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const b1 = f32x4.splat(beta1),
    c1 = f32x4.splat(<f32>1 - beta1);
  const b2 = f32x4.splat(beta2),
    c2 = f32x4.splat(<f32>1 - beta2);
  const r = f32x4.splat(rate),
    e = f32x4.splat(epsilon);
  const bytes = (<usize>(count & ~3)) << 2;
  let i: usize = 0;
  for (; i < bytes; i += 16) {
    const grad = v128.load(g + i);
    const first = f32x4.add(f32x4.mul(b1, v128.load(m + i)), f32x4.mul(c1, grad));
    const second = f32x4.add(f32x4.mul(b2, v128.load(v + i)), f32x4.mul(c2, f32x4.mul(grad, grad)));
    v128.store(mOut + i, first);
    v128.store(vOut + i, second);
    const step = f32x4.div(f32x4.mul(r, first), f32x4.add(f32x4.sqrt(second), e));
    v128.store(pOut + i, f32x4.sub(v128.load(p + i), step));
  }
  for (const end = (<usize>count) << 2; i < end; i += 4) {
    const grad = f32.load(g + i);
    const first = beta1 * f32.load(m + i) + (<f32>1 - beta1) * grad;
    const second = beta2 * f32.load(v + i) + (<f32>1 - beta2) * grad * grad;
    f32.store(mOut + i, first);
    f32.store(vOut + i, second);
    f32.store(pOut + i, f32.load(p + i) - (rate * first) / (sqrt<f32>(second) + epsilon));
  }
}
