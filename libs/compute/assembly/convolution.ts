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
export function pixel(
  image: usize,
  h: i32,
  w: i32,
  height: i32,
  width: i32,
  channels: i32,
  zeros: usize,
): usize {
  if (<u32>h >= <u32>height || <u32>w >= <u32>width) return zeros;
  return image + ((<usize>((h * width + w) * channels)) << 2);
}

/**
 * out[n, y, x, co] = sum over taps and ci of input[n, y*strideH - padTop + kh, x*strideW - padLeft + kw, ci] * w.
 * `packed` is [ceil(outChannels/8)][kernelHeight*kernelWidth][inChannels][8]; `zeros` holds kernelWidth*inChannels
 * zeros. Output pixel (n, y, x) starts at out + n*outImage + y*outRow + x*outColumn.
 */
export function convolve(
  input: usize,
  batch: i32,
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
): void {
  const imageBytes = (<usize>(height * width * inChannels)) << 2;
  const last = outHeight * outWidth - 1;
  for (let n = 0; n < batch; n++) {
    const image = input + <usize>n * imageBytes;
    const picture = out + ((<usize>(n * outImage)) << 2);
    for (let p = 0; p <= last; p += 4) {
      convolveFourPixels(
        image,
        height,
        width,
        inChannels,
        packed,
        kernelHeight,
        kernelWidth,
        strideH,
        strideW,
        padTop,
        padLeft,
        picture,
        p,
        last,
        outWidth,
        outChannels,
        outRow,
        outColumn,
        zeros,
      );
    }
  }
}

/** Output pixels p to p+3 of one image, all channels. Pixels behind the last repeat it and write it again. */
function convolveFourPixels(
  image: usize,
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
  picture: usize,
  p: i32,
  last: i32,
  outWidth: i32,
  outChannels: i32,
  outRow: i32,
  outColumn: i32,
  zeros: usize,
): void {
  const p1 = min(p + 1, last),
    p2 = min(p + 2, last),
    p3 = min(p + 3, last);
  const y0 = p / outWidth,
    y1 = p1 / outWidth,
    y2 = p2 / outWidth,
    y3 = p3 / outWidth;
  const x0 = p - y0 * outWidth,
    x1 = p1 - y1 * outWidth,
    x2 = p2 - y2 * outWidth,
    x3 = p3 - y3 * outWidth;
  const w0 = x0 * strideW - padLeft,
    w1 = x1 * strideW - padLeft;
  const w2 = x2 * strideW - padLeft,
    w3 = x3 * strideW - padLeft;
  // Away from the left and right edges a kernel row is one contiguous run of kernelWidth*inChannels numbers.
  const inside = min(min(w0, w1), min(w2, w3)) >= 0 && max(max(w0, w1), max(w2, w3)) + kernelWidth <= width;
  const step = inside ? kernelWidth : 1;
  let w = packed;
  for (let channel = 0; channel < outChannels; channel += 8) {
    let c00 = f32x4.splat(0),
      c01 = f32x4.splat(0),
      c10 = f32x4.splat(0),
      c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0),
      c21 = f32x4.splat(0),
      c30 = f32x4.splat(0),
      c31 = f32x4.splat(0);
    for (let kh = -padTop; kh < kernelHeight - padTop; kh++) {
      for (let kw = 0; kw < kernelWidth; kw += step) {
        let a0 = pixel(image, y0 * strideH + kh, w0 + kw, height, width, inChannels, zeros);
        let a1 = pixel(image, y1 * strideH + kh, w1 + kw, height, width, inChannels, zeros);
        let a2 = pixel(image, y2 * strideH + kh, w2 + kw, height, width, inChannels, zeros);
        let a3 = pixel(image, y3 * strideH + kh, w3 + kw, height, width, inChannels, zeros);
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
    const valid = outChannels - channel;
    const at = picture + ((<usize>channel) << 2);
    store8(at + ((<usize>(y0 * outRow + x0 * outColumn)) << 2), c00, c01, valid);
    store8(at + ((<usize>(y1 * outRow + x1 * outColumn)) << 2), c10, c11, valid);
    store8(at + ((<usize>(y2 * outRow + x2 * outColumn)) << 2), c20, c21, valid);
    store8(at + ((<usize>(y3 * outRow + x3 * outColumn)) << 2), c30, c31, valid);
  }
}

/** Packs a filter, seen as [taps*inChannels, outChannels], for `convolve` in the forward direction. */
export function packFilter(filter: usize, packed: usize, rows: i32, outChannels: i32): void {
  for (let channel = 0; channel < outChannels; channel += 8) {
    const valid = outChannels - channel;
    let from = filter + ((<usize>channel) << 2);
    for (let row = 0; row < rows; row++) {
      if (valid >= 8) {
        v128.store(packed, v128.load(from));
        v128.store(packed, v128.load(from, 16), 16);
      } else {
        for (let lane = 0; lane < 8; lane++) {
          f32.store(packed + ((<usize>lane) << 2), lane < valid ? f32.load(from + ((<usize>lane) << 2)) : 0);
        }
      }
      packed += 32;
      from += (<usize>outChannels) << 2;
    }
  }
}

/**
 * Packs one phase of the filter, flipped and with its channel axes swapped, for the gradient of the input:
 * taps kh = firstH + strideH*t, t descending, and likewise across, `lanes` channels side by side (8, or 4 for
 * convolveNarrow). The result convolves dy [.., outChannels]
 * into dx [.., inChannels].
 */
export function packFilterPhase(
  filter: usize,
  packed: usize,
  kernelWidth: i32,
  inChannels: i32,
  outChannels: i32,
  firstH: i32,
  tapsH: i32,
  firstW: i32,
  tapsW: i32,
  strideH: i32,
  strideW: i32,
  lanes: i32,
): void {
  for (let channel = 0; channel < inChannels; channel += lanes) {
    const valid = min(lanes, inChannels - channel);
    for (let th = tapsH - 1; th >= 0; th--) {
      for (let tw = tapsW - 1; tw >= 0; tw--) {
        const tap = (firstH + strideH * th) * kernelWidth + firstW + strideW * tw;
        const from = filter + ((<usize>((tap * inChannels + channel) * outChannels)) << 2);
        packTransposed(from, packed, valid, lanes, outChannels);
        packed += (<usize>(outChannels * lanes)) << 2;
      }
    }
  }
}

/** packed[row][lane] = from[lane][row] for `valid` of `lanes` lanes, zeros in the others. */
function packTransposed(from: usize, packed: usize, valid: i32, lanes: i32, rows: i32): void {
  for (let lane = 0; lane < lanes; lane++) {
    const column = from + ((<usize>(lane * rows)) << 2);
    let to = packed + ((<usize>lane) << 2);
    for (let row = 0; row < rows; row++) {
      f32.store(to, lane < valid ? f32.load(column + ((<usize>row) << 2)) : 0);
      to += (<usize>lanes) << 2;
    }
  }
}
