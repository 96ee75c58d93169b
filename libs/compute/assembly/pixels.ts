/**
 * Output pixels of a convolution as the rows of a matrix [pixels, kernelHeight*kernelWidth*inChannels], packed six
 * rows at a time for `multiplyTile`: no such matrix is ever laid out, and pixels at an image's edge cost no question
 * in the inner loop.
 */
import { copyFloats, fillZeros } from './packing';
import { ROWS } from './tile';

/** Of one pixel: the image's address, and the row and column of the image at which the pixel's window begins. */
const PIXEL: usize = 12;

/**
 * Where the pixels of so many tiles from tile `first` on have their windows (at `pixels`, 12 bytes each) and their
 * results (at `outs`, 4 bytes each). Pixels are counted image by image, or `across` the images: the first of each,
 * then the second of each, so that a tile's six see the same of the frame. What lies behind the last pixel has the
 * last one's window, and for its result the address `nowhere`.
 */
export function locatePixels(
  input: usize,
  imageBytes: usize,
  batch: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  out: usize,
  outHeight: i32,
  outWidth: i32,
  outImage: i32,
  outRow: i32,
  outColumn: i32,
  across: bool,
  pixels: usize,
  outs: usize,
  nowhere: usize,
  first: i32,
  tiles: i32,
): void {
  const image = outHeight * outWidth;
  const last = batch * image - 1;
  let at = first * ROWS;
  const start = min(at, last);
  const place = across ? start / batch : start % image;
  let n = across ? start - place * batch : start / image;
  let y = place / outWidth;
  let x = place - y * outWidth;
  for (const end = at + tiles * ROWS; at < end; at++) {
    store<i32>(pixels, <i32>(input + <usize>n * imageBytes));
    store<i32>(pixels, y * strideH - padTop, 4);
    store<i32>(pixels, x * strideW - padLeft, 8);
    const to = out + ((<usize>(n * outImage + y * outRow + x * outColumn)) << 2);
    store<i32>(outs, <i32>(at > last ? nowhere : to));
    pixels += PIXEL;
    outs += 4;
    if (at >= last) continue;
    if (across) {
      if (++n < batch) continue;
      n = 0;
    }
    if (++x < outWidth) continue;
    x = 0;
    if (++y < outHeight) continue;
    y = 0;
    n++;
  }
}

/** Whether any of six pixels sees something of its image at a tap. */
function isSeen(pixels: usize, height: i32, width: i32, kh: i32, kw: i32): bool {
  for (const end = pixels + PIXEL * <usize>ROWS; pixels !== end; pixels += PIXEL) {
    const h = load<i32>(pixels, 4) + kh,
      w = load<i32>(pixels, 8) + kw;
    if (<u32>h < <u32>height && <u32>w < <u32>width) return true;
  }
  return false;
}

/** The first of the numbers `from` to `to` of six windows that is in an image, or `to`. */
export function firstSeen(
  pixels: usize,
  height: i32,
  width: i32,
  channels: i32,
  kernelWidth: i32,
  from: i32,
  to: i32,
): i32 {
  while (from < to) {
    const tap = from / channels;
    const kh = tap / kernelWidth;
    if (isSeen(pixels, height, width, kh, tap - kh * kernelWidth)) return from;
    from = (tap + 1) * channels;
  }
  return to;
}

/** Behind the last of the numbers `from` to `to` of six windows that is in an image, or `from`. */
export function lastSeen(
  pixels: usize,
  height: i32,
  width: i32,
  channels: i32,
  kernelWidth: i32,
  from: i32,
  to: i32,
): i32 {
  while (from < to) {
    const tap = (to - 1) / channels;
    const kh = tap / kernelWidth;
    if (isSeen(pixels, height, width, kh, tap - kh * kernelWidth)) return to;
    to = tap * channels;
  }
  return from;
}

/**
 * packed[k - from][6] = the numbers `from` to `to` of each of six pixels' windows, k counting (kh, kw, ci). `edges`
 * is space for 7*(to - from) numbers, of which the first to - from are zeros.
 */
export function packPixels(
  pixels: usize,
  height: i32,
  width: i32,
  channels: i32,
  kernelWidth: i32,
  packed: usize,
  edges: usize,
  from: i32,
  to: i32,
): void {
  const run = max(kernelWidth * channels, 1);
  const edge = (<usize>(to - from)) << 2;
  let kh = from / run;
  let offset = from - kh * run;
  while (from < to) {
    const count = min(run - offset, to - from);
    interleave(
      windowRow(pixels, height, width, channels, kh, offset, count, edges, edges + edge),
      windowRow(pixels + PIXEL, height, width, channels, kh, offset, count, edges, edges + edge * 2),
      windowRow(pixels + PIXEL * 2, height, width, channels, kh, offset, count, edges, edges + edge * 3),
      windowRow(pixels + PIXEL * 3, height, width, channels, kh, offset, count, edges, edges + edge * 4),
      windowRow(pixels + PIXEL * 4, height, width, channels, kh, offset, count, edges, edges + edge * 5),
      windowRow(pixels + PIXEL * 5, height, width, channels, kh, offset, count, edges, edges + edge * 6),
      packed,
      count,
    );
    packed += <usize>count * 24;
    from += count;
    offset = 0;
    kh++;
  }
}

/**
 * The address of `count` numbers of row kh of a pixel's window, from its number `offset` on: in the image where they
 * all lie in it, else zeros, or a copy at `edge` that has zeros for what lies outside.
 */
function windowRow(
  pixel: usize,
  height: i32,
  width: i32,
  channels: i32,
  kh: i32,
  offset: i32,
  count: i32,
  zeros: usize,
  edge: usize,
): usize {
  const h = load<i32>(pixel, 4) + kh;
  if (<u32>h >= <u32>height) return zeros;
  const rowLength = width * channels;
  const start = load<i32>(pixel, 8) * channels + offset;
  const row = <usize>load<u32>(pixel) + ((<usize>(h * rowLength)) << 2);
  if (start >= 0 && start + count <= rowLength) return row + ((<usize>start) << 2);
  const before = min(max(-start, 0), count);
  const inside = max(min(rowLength - start, count) - before, 0);
  fillZeros(edge, before);
  copyFloats(row + ((<usize>(start + before)) << 2), edge + ((<usize>before) << 2), inside);
  fillZeros(edge + ((<usize>(before + inside)) << 2), count - before - inside);
  return edge;
}

/** to[i] = [a[i], b[i], c[i], d[i], e[i], f[i]] for i < count. */
function interleave(a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    const va = v128.load(a),
      vb = v128.load(b),
      ab = v128.shuffle<i32>(va, vb, 0, 4, 1, 5),
      ab2 = v128.shuffle<i32>(va, vb, 2, 6, 3, 7);
    const vc = v128.load(c),
      vd = v128.load(d),
      cd = v128.shuffle<i32>(vc, vd, 0, 4, 1, 5),
      cd2 = v128.shuffle<i32>(vc, vd, 2, 6, 3, 7);
    const ve = v128.load(e),
      vf = v128.load(f),
      ef = v128.shuffle<i32>(ve, vf, 0, 4, 1, 5),
      ef2 = v128.shuffle<i32>(ve, vf, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(to, v128.shuffle<i64>(ef, ab, 0, 3), 16);
    v128.store(to, v128.shuffle<i64>(cd, ef, 1, 3), 32);
    v128.store(to, v128.shuffle<i64>(ab2, cd2, 0, 2), 48);
    v128.store(to, v128.shuffle<i64>(ef2, ab2, 0, 3), 64);
    v128.store(to, v128.shuffle<i64>(cd2, ef2, 1, 3), 80);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    e += 16;
    f += 16;
    to += 96;
  }
  for (; count > 0; count--) {
    f32.store(to, f32.load(a));
    f32.store(to, f32.load(b), 4);
    f32.store(to, f32.load(c), 8);
    f32.store(to, f32.load(d), 12);
    f32.store(to, f32.load(e), 16);
    f32.store(to, f32.load(f), 20);
    a += 4;
    b += 4;
    c += 4;
    d += 4;
    e += 4;
    f += 4;
    to += 24;
  }
}
