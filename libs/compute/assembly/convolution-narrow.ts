/**
 * `convolve` for at most four output channels, such as a picture's: eight output pixels by four channels in
 * registers, where the ordinary tile would compute five channels of padding. Same arguments and meaning, except
 * that `packed` is [kernelHeight*kernelWidth][inChannels][4].
 */
import { pixel } from './convolution';
import { multiplyAdd } from './multiply-add';

export function convolveNarrow(
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
  for (let n = 0; n < batch; n++) {
    const image = input + <usize>n * imageBytes;
    for (let y = 0; y < outHeight; y++) {
      const line = out + ((<usize>(n * outImage + y * outRow)) << 2);
      for (let x = 0; x < outWidth; x += 8) {
        convolveEightPixels(
          image,
          height,
          width,
          inChannels,
          packed,
          kernelHeight,
          kernelWidth,
          strideW,
          y * strideH - padTop,
          x * strideW - padLeft,
          line + ((<usize>(x * outColumn)) << 2),
          min(8, outWidth - x),
          outChannels,
          outColumn,
          zeros,
        );
      }
    }
  }
}

/** `pixels` (1 to 8) neighbours in one output row, whose windows begin at input row `top` and column `left`. */
function convolveEightPixels(
  image: usize,
  height: i32,
  width: i32,
  inChannels: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  strideW: i32,
  top: i32,
  left: i32,
  out: usize,
  pixels: i32,
  outChannels: i32,
  outColumn: i32,
  zeros: usize,
): void {
  let c0 = f32x4.splat(0),
    c1 = f32x4.splat(0),
    c2 = f32x4.splat(0),
    c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0),
    c5 = f32x4.splat(0),
    c6 = f32x4.splat(0),
    c7 = f32x4.splat(0);
  const inside = left >= 0 && left + 7 * strideW + kernelWidth <= width;
  const step = inside ? kernelWidth : 1;
  let w = packed;
  for (let h = top; h < top + kernelHeight; h++) {
    for (let kw = left; kw < left + kernelWidth; kw += step) {
      let a0 = pixel(image, h, kw, height, width, inChannels, zeros);
      let a1 = pixel(image, h, kw + strideW, height, width, inChannels, zeros);
      let a2 = pixel(image, h, kw + 2 * strideW, height, width, inChannels, zeros);
      let a3 = pixel(image, h, kw + 3 * strideW, height, width, inChannels, zeros);
      let a4 = pixel(image, h, kw + 4 * strideW, height, width, inChannels, zeros);
      let a5 = pixel(image, h, kw + 5 * strideW, height, width, inChannels, zeros);
      let a6 = pixel(image, h, kw + 6 * strideW, height, width, inChannels, zeros);
      let a7 = pixel(image, h, kw + 7 * strideW, height, width, inChannels, zeros);
      for (let c = step * inChannels; c > 0; c--) {
        const b = v128.load(w);
        c0 = multiplyAdd(c0, v128.load32_splat(a0), b);
        c1 = multiplyAdd(c1, v128.load32_splat(a1), b);
        c2 = multiplyAdd(c2, v128.load32_splat(a2), b);
        c3 = multiplyAdd(c3, v128.load32_splat(a3), b);
        c4 = multiplyAdd(c4, v128.load32_splat(a4), b);
        c5 = multiplyAdd(c5, v128.load32_splat(a5), b);
        c6 = multiplyAdd(c6, v128.load32_splat(a6), b);
        c7 = multiplyAdd(c7, v128.load32_splat(a7), b);
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
        a4 += 4;
        a5 += 4;
        a6 += 4;
        a7 += 4;
        w += 16;
      }
    }
  }
  storeNarrow(out, outColumn, 0, pixels, c0, c1, c2, c3, outChannels);
  storeNarrow(out, outColumn, 4, pixels, c4, c5, c6, c7, outChannels);
}

/** Writes the first `channels` numbers of up to four pixels, of which the first is the output row's `first`. */
function storeNarrow(
  out: usize,
  outColumn: i32,
  first: i32,
  pixels: i32,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  channels: i32,
): void {
  if (first < pixels) storeLanes(out + ((<usize>(first * outColumn)) << 2), c0, channels);
  if (first + 1 < pixels) storeLanes(out + ((<usize>((first + 1) * outColumn)) << 2), c1, channels);
  if (first + 2 < pixels) storeLanes(out + ((<usize>((first + 2) * outColumn)) << 2), c2, channels);
  if (first + 3 < pixels) storeLanes(out + ((<usize>((first + 3) * outColumn)) << 2), c3, channels);
}

function storeLanes(out: usize, value: v128, channels: i32): void {
  f32.store(out, f32x4.extract_lane(value, 0));
  if (channels > 1) f32.store(out, f32x4.extract_lane(value, 1), 4);
  if (channels > 2) f32.store(out, f32x4.extract_lane(value, 2), 8);
  if (channels > 3) f32.store(out, f32x4.extract_lane(value, 3), 12);
}
