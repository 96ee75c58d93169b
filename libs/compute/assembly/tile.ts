/**
 * The innermost loop of every product here: six rows by eight columns of the result in registers. Both factors are
 * packed in the order in which it reads them, so that two addresses are all that it counts up.
 *
 * Twelve sums are as many as the sixteen registers of x86 leave room for, and more than the ten that keep two units
 * of five cycles busy. On one core of an AMD EPYC (Zen 1, 2.5 GHz, so 40 * 10^9 operations a second at the most) the
 * loop makes 38.6 * 10^9 in the first-level cache; four rows by eight columns made 29 and cannot make more than 32.
 * Without fused multiply-adds, where a product takes a register too, it makes 21. Written out for two to eight steps
 * at once it made 15 to 25: V8 11 moves all loads to the front and spills.
 */
import { multiplyAdd } from './multiply-add';

/** Rows of a tile, and the bytes that a thread sets aside for `multiply`. */
export const ROWS: i32 = 6;
export const SPACE: usize = 256;

/** Makes ready what `multiply` needs: a tile's sums at `space`, and behind them the addresses of its six rows. */
export function prepare(space: usize): void {
  for (let row: usize = 0; row < <usize>ROWS; row++) {
    store<i32>(space + (row << 2), <i32>(space + (row << 5)), 192);
  }
}

/**
 * out[row][column] (+)= sum over k < depth of a[k][row]*b[k][column], for six rows and eight columns. `a` has `pace`
 * bytes from one k to the next, b 32. The rows begin at the six addresses at `rows`, `offset` bytes further; `valid`
 * of the eight columns are there. Sums are added to what stands there unless they are the `first` part.
 */
export function multiply(
  a: usize,
  pace: usize,
  b: usize,
  depth: i32,
  rows: usize,
  offset: usize,
  valid: i32,
  first: bool,
  space: usize,
): void {
  if (first && valid >= 8) {
    multiplyTile(a, pace, b, depth, rows, offset);
    return;
  }
  multiplyTile(a, pace, b, depth, space + 192, 0);
  for (const end = rows + <usize>(ROWS * 4); rows !== end; rows += 4) {
    const out = <usize>load<u32>(rows) + offset;
    if (valid >= 8) {
      v128.store(out, f32x4.add(v128.load(out), v128.load(space)));
      v128.store(out, f32x4.add(v128.load(out, 16), v128.load(space, 16)), 16);
    } else {
      for (let at: usize = 0; at < (<usize>valid) << 2; at += 4) {
        const value = f32.load(space + at);
        f32.store(out + at, first ? value : f32.load(out + at) + value);
      }
    }
    space += 32;
  }
}

/** A whole tile, not added to anything: with more than plain stores behind the loop V8 spills there too. */
function multiplyTile(a: usize, pace: usize, b: usize, depth: i32, rows: usize, offset: usize): void {
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0),
    c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0),
    c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0),
    c41 = f32x4.splat(0),
    c50 = f32x4.splat(0),
    c51 = f32x4.splat(0);
  for (const end = b + ((<usize>depth) << 5); b !== end; b += 32) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = multiplyAdd(c00, a0, b0);
    c01 = multiplyAdd(c01, a0, b1);
    const a1 = v128.load32_splat(a, 4);
    c10 = multiplyAdd(c10, a1, b0);
    c11 = multiplyAdd(c11, a1, b1);
    const a2 = v128.load32_splat(a, 8);
    c20 = multiplyAdd(c20, a2, b0);
    c21 = multiplyAdd(c21, a2, b1);
    const a3 = v128.load32_splat(a, 12);
    c30 = multiplyAdd(c30, a3, b0);
    c31 = multiplyAdd(c31, a3, b1);
    const a4 = v128.load32_splat(a, 16);
    c40 = multiplyAdd(c40, a4, b0);
    c41 = multiplyAdd(c41, a4, b1);
    const a5 = v128.load32_splat(a, 20);
    c50 = multiplyAdd(c50, a5, b0);
    c51 = multiplyAdd(c51, a5, b1);
    a += pace;
  }
  const out0 = <usize>load<u32>(rows) + offset;
  v128.store(out0, c00);
  v128.store(out0, c01, 16);
  const out1 = <usize>load<u32>(rows, 4) + offset;
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  const out2 = <usize>load<u32>(rows, 8) + offset;
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  const out3 = <usize>load<u32>(rows, 12) + offset;
  v128.store(out3, c30);
  v128.store(out3, c31, 16);
  const out4 = <usize>load<u32>(rows, 16) + offset;
  v128.store(out4, c40);
  v128.store(out4, c41, 16);
  const out5 = <usize>load<u32>(rows, 20) + offset;
  v128.store(out5, c50);
  v128.store(out5, c51, 16);
}
