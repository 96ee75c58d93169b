/** The job behind Conv2DBackpropFilter and products with a transposed left factor; see assembly/filter-gradient.ts. */
import { wholeLines } from './convolution.job.ts';
import type { WasmHeap } from './wasm-heap.ts';

/** Output pixels worked off at once. 256 to 512 measured alike, 128 5 % slower; the patches of 256 stay in the L2 cache. */
const BLOCK = 256;
const RATE = 15;

/** Patch columns packed at once, as assembly/filter-gradient.ts has it. */
const COLUMNS = 48;

interface FilterGradient {
  readonly x: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly dy: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  /** Where the result goes. */
  readonly filter: number;
}

export function runFilterGradient(heap: WasmHeap, g: FilterGradient): void {
  const wide = Math.ceil(g.outChannels / 8) * 8;
  const columns = g.kernelHeight * g.kernelWidth * g.channels;
  const pixels = g.batch * g.outHeight * g.outWidth;
  const block = Math.min(BLOCK, pixels);
  // Each thread packs dy for itself, so there are no more parts than threads.
  const own = wholeLines(64 + block * wide + block * COLUMNS + wide + COLUMNS);
  heap.scratch(heap.started * own, (scratch) => {
    heap.run({
      kind: 'filterGradient',
      args: [
        g.x,
        g.batch,
        g.height,
        g.width,
        g.channels,
        g.dy,
        g.outHeight,
        g.outWidth,
        g.outChannels,
        g.kernelHeight,
        g.kernelWidth,
        g.strideHeight,
        g.strideWidth,
        g.padTop,
        g.padLeft,
        g.filter,
        scratch,
        block,
        own * 4,
      ],
      units: Math.ceil(columns / 4),
      nanoseconds: (pixels * g.outChannels * columns) / RATE,
      parts: heap.threads,
    });
  });
}
