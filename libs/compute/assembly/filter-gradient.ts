/**
 * dW[p, co] = sum over output pixels m of patch[m, p] * dy[m, co], with p = (kh, kw, ci): a product of two tall
 * matrices, worked off in blocks of output pixels. For each block the patches and dy are copied into panels (12 and
 * 8 columns wide, one after another in m), so that the inner loop reads both in order and what lies outside of the
 * image is zeros; the tiles of several panels of patches share a panel of dy while it is in the first-level cache.
 */

import { packPatches } from './patches';
import { multiply, prepare, ROWS, SPACE } from './tile';

/** Patch columns of a panel, a whole number both of fours, which are copied at once, and of tiles; and its rows' bytes. */
const PANEL: i32 = 12;
const PACE: usize = 48;
/** Patch columns packed at once: three cache lines of the input, whose four parts are copied soon after one another. */
const COLUMNS: i32 = 48;

/** The address of a column, which is the first of four or of a tile, in the panels [COLUMNS/12][rows][12]. */
function inPanel(patches: usize, rows: i32, column: i32): usize {
  const panel = column / PANEL;
  return patches + ((<usize>(panel * rows * PANEL + column - panel * PANEL)) << 2);
}

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
 * The gradient of a filter [kernelHeight, kernelWidth, channels, outChannels], of which the rows `from`*4 to `to`*4
 * (of ceil(kernelHeight*kernelWidth*channels/4) fours). In floats, `scratch` holds 64 for a tile,
 * block*ceil8(outChannels) for dy, block*48 for patches, ceil8(outChannels) for sums of no row, and 48 addresses.
 * block: output pixels worked off at once.
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
  block: i32,
  from: i32,
  to: i32,
): void {
  const columns = kernelHeight * kernelWidth * channels;
  const wide = (outChannels + 7) & ~7;
  const gradients = scratch + SPACE;
  const patches = gradients + ((<usize>(block * wide)) << 2);
  const nowhere = patches + ((<usize>(block * COLUMNS)) << 2);
  const places = nowhere + ((<usize>wide) << 2);
  const total = batch * outHeight * outWidth;
  const end = min(to << 2, columns);
  prepare(scratch);
  for (let first = 0; first < total; first += block) {
    const rows = min(block, total - first);
    packGradient(dy + ((<usize>(first * outChannels)) << 2), gradients, rows, outChannels);
    for (let p = from << 2; p < end; p += COLUMNS) {
      const used = min(COLUMNS, end - p);
      for (let column = 0; column < COLUMNS; column++) {
        const row = filter + ((<usize>((p + column) * outChannels)) << 2);
        store<i32>(places + ((<usize>column) << 2), <i32>(column < used ? row : nowhere));
      }
      for (let column = 0; column < used; column += 4) {
        packPatches(
          x,
          inPanel(patches, rows, column),
          PACE,
          first,
          rows,
          p + column,
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
      }
      for (let co = 0; co < outChannels; co += 8) {
        const gradient = gradients + ((<usize>(co * rows)) << 2);
        const offset = (<usize>co) << 2;
        for (let column = 0; column < used; column += ROWS) {
          const patch = inPanel(patches, rows, column);
          const at = places + ((<usize>column) << 2);
          multiply(patch, PACE, gradient, rows, at, offset, outChannels - co, first === 0, scratch);
        }
      }
    }
  }
}
