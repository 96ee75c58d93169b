/**
 * Convolution over the tfjs heap as a product of two matrices (Goto and van de Geijn 2008): windows of the image,
 * packed as they are needed (pixels.ts), by the filter, packed in panels of eight output channels. The same product
 * serves the forward pass, matrix products and the phases of the gradient of the input, because the output may have
 * any pixel stride.
 *
 * Everything here is NHWC float32; pointers are byte offsets, strides of the output are counted in floats.
 */

import { fillZeros } from './packing';
import { firstSeen, lastSeen, locatePixels, packPixels } from './pixels';
import { multiply, prepare, ROWS, SPACE } from './tile';

/**
 * Tiles whose windows are packed at once, and numbers of each window: what is packed stays in the second-level cache
 * while every panel passes over it, and the panel, 32*DEPTH bytes, in the first. At width 64 convolutions take 4 %
 * less time with 512 numbers than with 256; 8, 16 and 32 tiles measured alike. convolution.job.ts has both.
 */
const BLOCK: i32 = 16;
const DEPTH: i32 = 512;

/**
 * Up to so many output pixels of an image, and from so many channels on, taps that lie outside of the image are left
 * out: they are a quarter of all at 4x4 pixels of a kernel of four, an eighth at 8x8.
 */
const SMALL: i32 = 64;
const MANY: i32 = 8;

/**
 * out[n, y, x, co] = sum over taps and ci of input[n, y*strideH - padTop + kh, x*strideW - padLeft + kw, ci] * w,
 * for the tiles `from` to `to`: a tile is six output pixels, of ceil(batch*outHeight*outWidth/6).
 * `packed` is [ceil(outChannels/8)][kernelHeight*kernelWidth][inChannels][8]. Output pixel (n, y, x) starts at
 * out + n*outImage + y*outRow + x*outColumn. With depth = min(DEPTH, kernelHeight*kernelWidth*inChannels), `scratch`
 * has room for (BLOCK*6 + 7)*(depth + 3) + BLOCK*24 + ceil8(outChannels) + 128 numbers.
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
  scratch: usize,
  from: i32,
  to: i32,
): void {
  const imageBytes = (<usize>(height * width * inChannels)) << 2;
  const rows = kernelHeight * kernelWidth * inChannels;
  const panelBytes = (<usize>rows) << 5;
  // Equal parts, in fours for the packing; one of nothing where a phase of a gradient has no taps.
  const parts = max((rows + DEPTH - 1) / DEPTH, 1);
  const depth = ((rows + parts - 1) / parts + 3) & ~3;
  const tileBytes = <usize>depth * 24;
  const space = scratch + <usize>BLOCK * tileBytes;
  const edges = space + SPACE;
  const outs = edges + <usize>depth * 28;
  const pixels = outs + <usize>(BLOCK * ROWS * 4);
  const nowhere = pixels + <usize>(BLOCK * ROWS * 12);
  const ranges = nowhere + ((<usize>((outChannels + 7) & ~7)) << 2);
  const across =
    batch >= ROWS && outHeight * outWidth <= SMALL && kernelHeight * kernelWidth > 1 && inChannels >= MANY;
  fillZeros(edges, depth);
  prepare(space);
  for (; from < to; from += BLOCK) {
    const tiles = min(BLOCK, to - from);
    locatePixels(
      input,
      imageBytes,
      batch,
      strideH,
      strideW,
      padTop,
      padLeft,
      out,
      outHeight,
      outWidth,
      outImage,
      outRow,
      outColumn,
      across,
      pixels,
      outs,
      nowhere,
      from,
      tiles,
    );
    for (let part = 0; part < parts; part++) {
      const k = part * depth;
      const end = min(k + depth, rows);
      for (let tile: usize = 0; tile < <usize>tiles; tile++) {
        const six = pixels + tile * <usize>(ROWS * 12);
        let low = k,
          high = end;
        if (across) {
          low = firstSeen(six, height, width, inChannels, kernelWidth, k, end);
          high = lastSeen(six, height, width, inChannels, kernelWidth, low, end);
          // The first part is what the others are added to: where nothing of it is seen, it is a few zeros.
          if (part === 0 && low >= high) {
            low = k;
            high = min(k + 4, end);
          }
        }
        store<i32>(ranges + (tile << 3), low);
        store<i32>(ranges + (tile << 3), high, 4);
        packPixels(six, height, width, inChannels, kernelWidth, scratch + tile * tileBytes, edges, low, high);
      }
      let panel = packed + ((<usize>k) << 5);
      for (let channel = 0; channel < outChannels; channel += 8) {
        const offset = (<usize>channel) << 2;
        for (let tile: usize = 0; tile < <usize>tiles; tile++) {
          const low = load<i32>(ranges + (tile << 3));
          const count = load<i32>(ranges + (tile << 3), 4) - low;
          if (count <= 0 && part > 0) continue;
          const weights = panel + ((<usize>(low - k)) << 5);
          const windows = scratch + tile * tileBytes;
          const rowsOut = outs + tile * <usize>(ROWS * 4);
          multiply(windows, 24, weights, count, rowsOut, offset, outChannels - channel, part === 0, space);
        }
        panel += panelBytes;
      }
    }
  }
}
