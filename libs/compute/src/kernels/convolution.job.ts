/** The jobs that convolutions and matrix products are made of; see assembly/convolution.ts and packing.ts. */
import type { WasmHeap } from './wasm-heap.ts';

/** Multiply-adds a nanosecond of one thread. */
const RATE = 15;

/** Rows of a tile, tiles worked off at once and numbers of a window, as assembly/convolution.ts has them. */
const ROWS = 6;
const BLOCK = 16;
const DEPTH = 512;

/** Rounds a number of floats up to cache lines, so that what belongs to the next thread begins with one. */
export function wholeLines(floats: number): number {
  return Math.ceil(floats / 16) * 16;
}

/** Floats that a thread takes for convolving windows of so many numbers into so many channels. */
export function convolutionSpace(rows: number, outChannels: number): number {
  const depth = Math.min(DEPTH, rows) + 3;
  return wholeLines((BLOCK * ROWS + 7) * depth + BLOCK * ROWS * 4 + Math.ceil(outChannels / 8) * 8 + 128);
}

/** Addresses are bytes, strides of the output are counted in floats. */
interface Convolution {
  readonly input: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  /** [ceil(outChannels/8)][kernelHeight*kernelWidth][inChannels][8] */
  readonly packed: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly out: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly outImage: number;
  readonly outRow: number;
  readonly outColumn: number;
}

export function runConvolution(heap: WasmHeap, c: Convolution): void {
  const pixels = c.batch * c.outHeight * c.outWidth;
  const rows = c.kernelHeight * c.kernelWidth * c.inChannels;
  const own = convolutionSpace(rows, c.outChannels);
  heap.scratch(heap.started * own, (scratch) => {
    heap.run({
      kind: 'convolve',
      args: [
        c.input,
        c.batch,
        c.height,
        c.width,
        c.inChannels,
        c.packed,
        c.kernelHeight,
        c.kernelWidth,
        c.strideHeight,
        c.strideWidth,
        c.padTop,
        c.padLeft,
        c.out,
        c.outHeight,
        c.outWidth,
        c.outChannels,
        c.outImage,
        c.outRow,
        c.outColumn,
        scratch,
        own * 4,
      ],
      units: Math.ceil(pixels / ROWS),
      nanoseconds: (pixels * c.outChannels * rows) / RATE,
    });
  });
}

/** Floats that a packed filter takes, seen as [rows, outChannels]. */
export function packedSize(rows: number, outChannels: number): number {
  return Math.ceil(outChannels / 8) * 8 * rows;
}

/** Packs a filter [rows, outChannels] as it stands. */
export function packFilter(
  heap: WasmHeap,
  filter: number,
  packed: number,
  rows: number,
  outChannels: number,
): void {
  const args = [filter, packed, rows, outChannels];
  heap.run({ kind: 'packFilter', args, units: Math.ceil(outChannels / 8), nanoseconds: rows * outChannels });
}

/** One axis of the taps that one phase of a filter has: the first, how many, and how far apart. */
interface Taps {
  readonly first: number;
  readonly count: number;
  readonly stride: number;
}

const ONE_TAP: Taps = { first: 0, count: 1, stride: 1 };

/** Packs a phase of a filter [.., kernelWidth, inChannels, outChannels] with its channel axes swapped. */
export function packFilterPhase(
  heap: WasmHeap,
  filter: number,
  packed: number,
  sizes: { kernelWidth: number; inChannels: number; outChannels: number },
  h: Taps,
  w: Taps,
): void {
  const { kernelWidth, inChannels, outChannels } = sizes;
  heap.run({
    kind: 'packFilterPhase',
    args: [
      filter,
      packed,
      kernelWidth,
      inChannels,
      outChannels,
      h.first,
      h.count,
      w.first,
      w.count,
      h.stride,
      w.stride,
    ],
    units: Math.ceil(inChannels / 8),
    nanoseconds: h.count * w.count * inChannels * outChannels,
  });
}

/** Packs the transpose of a matrix [columns, rows]. */
export function packTransposed(
  heap: WasmHeap,
  matrix: number,
  packed: number,
  rows: number,
  columns: number,
): void {
  const sizes = { kernelWidth: 1, inChannels: columns, outChannels: rows };
  packFilterPhase(heap, matrix, packed, sizes, ONE_TAP, ONE_TAP);
}
