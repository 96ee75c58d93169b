/**
 * Direct convolution over the tfjs heap, as an implicit matrix product (Dukhan 2019, "The Indirect Convolution
 * Algorithm"): no im2col buffer, four output pixels by eight output channels in registers, weights packed so
 * that the inner loop reads them in order. The same loop serves the forward pass, matrix products, the gradient
 * of the input at stride 1 and each phase of it at larger strides, because the output may have any pixel stride.
 *
 * Everything here is NHWC float32; pointers are byte offsets, strides of the output are counted in floats.
 */

import { multiplyAdd } from './multiply-add';

/** Writes the first `valid` (1 or more) of eight numbers. */
function store8(out: usize, low: v128, high: v128, valid: i32): void {
  if (valid >= 8) {
    v128.store(out, low);
    v128.store(out, high, 16);
    return;
  }
  if (valid >= 4) v128.store(out, low);
  let rest = valid >= 4 ? high : low;
  let at = valid >= 4 ? out + 16 : out;
  for (let left = valid & 3; left > 0; left--) {
    f32.store(at, f32x4.extract_lane(rest, 0));
    rest = v128.shuffle<i32>(rest, rest, 1, 2, 3, 0);
    at += 4;
  }
}

/** The address of one input pixel's channels, or of the zeros when the pixel is padding. */
function pixel(image: usize, h: i32, w: i32, height: i32, width: i32, channels: i32, zeros: usize): usize {
  if (<u32>h >= <u32>height || <u32>w >= <u32>width) return zeros;
  return image + ((<usize>((h * width + w) * channels)) << 2);
}

/** Weights that stay in a core's cache while several tiles pass over them, in bytes, and how many tiles do. */
const KEPT: usize = 1 << 17;
const BLOCK: i32 = 8;

/**
 * out[n, y, x, co] = sum over taps and ci of input[n, y*strideH - padTop + kh, x*strideW - padLeft + kw, ci] * w,
 * for the tiles `from` to `to`: a tile is four neighbouring output pixels of one image, of ceil(pixels/4).
 * `packed` is [ceil(outChannels/8)][kernelHeight*kernelWidth][inChannels][8]; `zeros` holds kernelWidth*inChannels
 * zeros. Output pixel (n, y, x) starts at out + n*outImage + y*outRow + x*outColumn.
 */
export function convolve(
  input: usize,
  height: i32,
  width: i32,
  inChannels: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  out: usize,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  outImage: i32,
  outRow: i32,
  outColumn: i32,
  zeros: usize,
  from: i32,
  to: i32,
): void {
  const imageBytes = (<usize>(height * width * inChannels)) << 2;
  const panelBytes = (<usize>(kernelHeight * kernelWidth * inChannels)) << 5;
  const last = outHeight * outWidth - 1;
  const tiles = (last + 4) >> 2;
  // Output channels whose weights are kept: where that is all of them, the order of tiles does not matter.
  const group = (<i32>max<usize>(KEPT / max<usize>(panelBytes, 32), 1)) << 3;
  for (; from < to; from += BLOCK) {
    const firstImage = from / tiles;
    const firstTile = from - firstImage * tiles;
    const count = min(BLOCK, to - from);
    let weights = packed;
    for (let channel = 0; channel < outChannels; channel += group) {
      let image = input + <usize>firstImage * imageBytes;
      let picture = out + ((<usize>(firstImage * outImage + channel)) << 2);
      let tile = firstTile;
      for (let left = count; left > 0; left--) {
        convolveTile(
          image,
          height,
          width,
          inChannels,
          weights,
          kernelHeight,
          kernelWidth,
          strideH,
          strideW,
          padTop,
          padLeft,
          picture,
          tile << 2,
          last,
          outWidth,
          min(group, outChannels - channel),
          outRow,
          outColumn,
          zeros,
        );
        tile++;
        if (tile === tiles) {
          tile = 0;
          image += imageBytes;
          picture += (<usize>outImage) << 2;
        }
      }
      weights += panelBytes * <usize>(group >> 3);
    }
  }
}

/** Output pixels p to p+3 of one image, so many channels from the one at `picture`. Pixels behind the last repeat it and write it again. */
function convolveTile(
  image: usize,
  height: i32,
  width: i32,
  inChannels: i32,
  w: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  picture: usize,
  p: i32,
  last: i32,
  outWidth: i32,
  channels: i32,
  outRow: i32,
  outColumn: i32,
  zeros: usize,
): void {
  const y0 = p / outWidth;
  const x0 = p - y0 * outWidth;
  const more1 = <i32>(p < last),
    more2 = <i32>(p + 1 < last),
    more3 = <i32>(p + 2 < last);
  const turn1 = x0 + more1 === outWidth;
  const x1 = turn1 ? 0 : x0 + more1,
    y1 = y0 + <i32>turn1;
  const turn2 = x1 + more2 === outWidth;
  const x2 = turn2 ? 0 : x1 + more2,
    y2 = y1 + <i32>turn2;
  const turn3 = x2 + more3 === outWidth;
  const x3 = turn3 ? 0 : x2 + more3,
    y3 = y2 + <i32>turn3;
  const h0 = y0 * strideH - padTop,
    h1 = y1 * strideH - padTop,
    h2 = y2 * strideH - padTop,
    h3 = y3 * strideH - padTop;
  const w0 = x0 * strideW - padLeft,
    w1 = x1 * strideW - padLeft,
    w2 = x2 * strideW - padLeft,
    w3 = x3 * strideW - padLeft;
  // Away from the left and right edges a kernel row is one contiguous run of kernelWidth*inChannels numbers.
  const inside = min(min(w0, w1), min(w2, w3)) >= 0 && max(max(w0, w1), max(w2, w3)) + kernelWidth <= width;
  // Away from all edges no pixel needs to be asked whether it is there.
  const interior = inside && h0 >= 0 && h3 + kernelHeight <= height;
  const step = inside ? kernelWidth : 1;
  const rowBytes = (<usize>(width * inChannels)) << 2;
  const start0 = image + ((<usize>((h0 * width + w0) * inChannels)) << 2),
    start1 = image + ((<usize>((h1 * width + w1) * inChannels)) << 2),
    start2 = image + ((<usize>((h2 * width + w2) * inChannels)) << 2),
    start3 = image + ((<usize>((h3 * width + w3) * inChannels)) << 2);
  const out0 = picture + ((<usize>(y0 * outRow + x0 * outColumn)) << 2),
    out1 = picture + ((<usize>(y1 * outRow + x1 * outColumn)) << 2),
    out2 = picture + ((<usize>(y2 * outRow + x2 * outColumn)) << 2),
    out3 = picture + ((<usize>(y3 * outRow + x3 * outColumn)) << 2);
  for (let channel = 0; channel < channels; channel += 8) {
    let c00 = f32x4.splat(0),
      c01 = f32x4.splat(0),
      c10 = f32x4.splat(0),
      c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0),
      c21 = f32x4.splat(0),
      c30 = f32x4.splat(0),
      c31 = f32x4.splat(0);
    for (let kh = 0; kh < kernelHeight; kh++) {
      const down = <usize>kh * rowBytes;
      for (let kw = 0; kw < kernelWidth; kw += step) {
        let a0 = start0 + down,
          a1 = start1 + down,
          a2 = start2 + down,
          a3 = start3 + down;
        if (!interior) {
          a0 = pixel(image, h0 + kh, w0 + kw, height, width, inChannels, zeros);
          a1 = pixel(image, h1 + kh, w1 + kw, height, width, inChannels, zeros);
          a2 = pixel(image, h2 + kh, w2 + kw, height, width, inChannels, zeros);
          a3 = pixel(image, h3 + kh, w3 + kw, height, width, inChannels, zeros);
        }
        for (let c = step * inChannels; c > 0; c--) {
          const b0 = v128.load(w),
            b1 = v128.load(w, 16);
          const s0 = v128.load32_splat(a0);
          c00 = multiplyAdd(c00, s0, b0);
          c01 = multiplyAdd(c01, s0, b1);
          const s1 = v128.load32_splat(a1);
          c10 = multiplyAdd(c10, s1, b0);
          c11 = multiplyAdd(c11, s1, b1);
          const s2 = v128.load32_splat(a2);
          c20 = multiplyAdd(c20, s2, b0);
          c21 = multiplyAdd(c21, s2, b1);
          const s3 = v128.load32_splat(a3);
          c30 = multiplyAdd(c30, s3, b0);
          c31 = multiplyAdd(c31, s3, b1);
          a0 += 4;
          a1 += 4;
          a2 += 4;
          a3 += 4;
          w += 32;
        }
      }
    }
    const valid = channels - channel;
    const at = (<usize>channel) << 2;
    store8(out0 + at, c00, c01, valid);
    store8(out1 + at, c10, c11, valid);
    store8(out2 + at, c20, c21, valid);
    store8(out3 + at, c30, c31, valid);
  }
}
