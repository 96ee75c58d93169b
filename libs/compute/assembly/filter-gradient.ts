/**
 * dW[p, co] = sum over output pixels m of patch[m, p] * dy[m, co], with p = (kh, kw, ci): a product of two tall
 * matrices, worked off in blocks of output pixels. For each block the patches and dy are copied into panels (4
 * and 8 columns wide, one after another in m), so that the inner loop reads both in order and pads with zeros
 * what lies outside of the image.
 */

import { multiplyAdd } from './multiply-add';
import { copyFloats } from './packing';

/** Copies one block of dy [rows, channels] into panels [ceil(channels/8)][rows][8], zero-padded. */
function packGradient(dy: usize, panels: usize, rows: i32, channels: i32): void {
  const rowBytes = (<usize>channels) << 2;
  for (let panel = 0; panel < channels; panel += 8) {
    let from = dy + ((<usize>panel) << 2);
    const valid = min(8, channels - panel);
    for (let m = 0; m < rows; m++) {
      if (valid === 8) {
        v128.store(panels, v128.load(from));
        v128.store(panels, v128.load(from, 16), 16);
      } else {
        for (let lane = 0; lane < 8; lane++) {
          f32.store(panels + ((<usize>lane) << 2), lane < valid ? f32.load(from + ((<usize>lane) << 2)) : 0);
        }
      }
      panels += 32;
      from += rowBytes;
    }
  }
}

/**
 * One panel of four patch columns p..p+3 for the block's output pixels. Where a kernel row's kernelWidth*channels
 * numbers come in fours, the four columns lie next to each other in the input and are one load, except at the
 * left and right edges. Worked off by stretches of one output row.
 */
function packPatches(
  x: usize,
  panel: usize,
  first: i32,
  rows: i32,
  p: i32,
  columns: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const run = kernelWidth * channels;
  const kh = p / run,
    offset = p - kh * run;
  const rowLength = width * channels;
  const pace = strideW * channels;
  for (let m = first; m < first + rows; ) {
    const line = m / outWidth;
    const n = line / outHeight;
    const top = (line - n * outHeight) * strideH - padTop;
    const image = x + ((<usize>(n * height * rowLength)) << 2);
    const end = min((line + 1) * outWidth, first + rows);
    let start = (m - line * outWidth) * pace - padLeft * channels + offset;
    const vector = (run & 3) === 0 && <u32>(top + kh) < <u32>height;
    while (m < end) {
      let from = image + ((<usize>((top + kh) * rowLength + start)) << 2);
      for (; vector && m < end && start >= 0 && start + 4 <= rowLength; m++) {
        v128.store(panel, v128.load(from));
        panel += 16;
        start += pace;
        from += (<usize>pace) << 2;
      }
      if (m < end) {
        packEdge(image, panel, p, columns, top, start - offset, height, rowLength, run);
        panel += 16;
        start += pace;
        m++;
      }
    }
  }
}

/**
 * Patch columns p..p+3 of the output pixel whose patch begins at row `top` and at number `left` of each input row,
 * number by number, with zeros outside of the image and behind the last column.
 */
function packEdge(
  image: usize,
  panel: usize,
  p: i32,
  columns: i32,
  top: i32,
  left: i32,
  height: i32,
  rowLength: i32,
  run: i32,
): void {
  for (let lane = 0; lane < 4; lane++) {
    const kh = (p + lane) / run;
    const h = top + kh;
    const at = left + p + lane - kh * run;
    const inside = p + lane < columns && <u32>h < <u32>height && <u32>at < <u32>rowLength;
    const value: f32 = inside ? f32.load(image + ((<usize>(h * rowLength + at)) << 2)) : 0;
    f32.store(panel + ((<usize>lane) << 2), value);
  }
}

/** sums[4][stride of columns] += a[rows][4]^T * b[rows][8]; for the first block the sums are overwritten. */
function multiplyTile(a: usize, b: usize, rows: i32, sums: usize, sumRow: usize, first: bool): void {
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0),
    c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0),
    c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  for (let m = rows; m > 0; m--) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    const s0 = v128.load32_splat(a);
    c00 = multiplyAdd(c00, s0, b0);
    c01 = multiplyAdd(c01, s0, b1);
    const s1 = v128.load32_splat(a, 4);
    c10 = multiplyAdd(c10, s1, b0);
    c11 = multiplyAdd(c11, s1, b1);
    const s2 = v128.load32_splat(a, 8);
    c20 = multiplyAdd(c20, s2, b0);
    c21 = multiplyAdd(c21, s2, b1);
    const s3 = v128.load32_splat(a, 12);
    c30 = multiplyAdd(c30, s3, b0);
    c31 = multiplyAdd(c31, s3, b1);
    a += 16;
    b += 32;
  }
  addSums(sums, c00, c01, first);
  addSums(sums + sumRow, c10, c11, first);
  addSums(sums + sumRow * 2, c20, c21, first);
  addSums(sums + sumRow * 3, c30, c31, first);
}

function addSums(sums: usize, low: v128, high: v128, first: bool): void {
  if (!first) {
    low = f32x4.add(v128.load(sums), low);
    high = f32x4.add(v128.load(sums, 16), high);
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

/**
 * The gradient of a filter [kernelHeight, kernelWidth, channels, outChannels], of which the panels `from` to `to`
 * (four patch columns each, of ceil(kernelHeight*kernelWidth*channels/4)). In floats, `scratch` holds
 * block*ceil8(outChannels) for dy and block*4 for one panel of patches, and `sums` ceil4(columns)*ceil8(outChannels);
 * where nothing needs rounding up, `sums` may be the filter itself. block: output pixels worked off at once.
 */
export function filterGradient(
  x: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  dy: usize,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  filter: usize,
  scratch: usize,
  sums: usize,
  block: i32,
  from: i32,
  to: i32,
): void {
  const columns = kernelHeight * kernelWidth * channels;
  const wide = (outChannels + 7) & ~7;
  const patches = scratch + ((<usize>(block * wide)) << 2);
  const sumRow = (<usize>wide) << 2;
  const total = batch * outHeight * outWidth;
  for (let first = 0; first < total; first += block) {
    const rows = min(block, total - first);
    packGradient(dy + ((<usize>(first * outChannels)) << 2), scratch, rows, outChannels);
    for (let p = from << 2; p < to << 2; p += 4) {
      packPatches(
        x,
        patches,
        first,
        rows,
        p,
        columns,
        height,
        width,
        channels,
        kernelWidth,
        strideH,
        strideW,
        padTop,
        padLeft,
        outHeight,
        outWidth,
      );
      const row = sums + <usize>p * sumRow;
      for (let co = 0; co < wide; co += 8) {
        const panel = scratch + ((<usize>(co * rows)) << 2);
        multiplyTile(patches, panel, rows, row + ((<usize>co) << 2), sumRow, first === 0);
      }
    }
  }
  if (sums === filter) return;
  for (let p = from << 2; p < min(to << 2, columns); p++) {
    copyFloats(sums + <usize>p * sumRow, filter + ((<usize>(p * outChannels)) << 2), outChannels);
  }
}
