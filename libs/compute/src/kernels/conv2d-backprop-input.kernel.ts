/**
 * Conv2DBackpropInput for wasm: the gradient of a convolution's input, and the forward pass of a transposed
 * convolution. Input pixels whose coordinates agree modulo the stride see the same filter taps, so each such
 * phase is an ordinary convolution of dy with a flipped part of the filter, written straight to its pixels
 * (Dumoulin and Visin 2016, section 4). tfjs's own kernel walks every tap of every pixel.
 *
 * 10^9 operations a second of processor time on one core of an AMD EPYC under load, batch 64, kernel 4, stride 2, and
 * in brackets before there were tiles of six rows: 64x64x3 -> 64: 20 (21); 32x32x64 -> 128: 32 (27);
 * 16x16x128 -> 256: 34 (29); 8x8x256 -> 512: 38 (27).
 */
import type { KernelConfig, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { convGeometry } from './conv-geometry.ts';
import {
  convolutionSpace,
  packedSize,
  packFilterPhase,
  packTransposed,
  runConvolution,
} from './convolution.job.ts';
import { WasmHeap } from './wasm-heap.ts';

/** One axis of one phase: which input positions, and which taps of the filter they see. */
interface AxisPhase {
  /** The first input position of the phase; the others follow at the stride. */
  readonly start: number;
  /** How many input positions the phase has. */
  readonly count: number;
  /** The first tap, and how many at the stride. */
  readonly firstTap: number;
  readonly taps: number;
  /** Zeros in front of dy. */
  readonly padding: number;
}

/** The phases of one axis, one for each residue modulo the stride that has any input position. */
function axisPhases(size: number, kernel: number, stride: number, padding: number): AxisPhase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, start) => {
    const firstTap = (start + padding) % stride;
    const taps = firstTap < kernel ? Math.ceil((kernel - firstTap) / stride) : 0;
    const offset = (start + padding - firstTap) / stride;
    return { start, count: Math.ceil((size - start) / stride), firstTap, taps, padding: taps - 1 - offset };
  });
}

type Geometry = ReturnType<typeof convGeometry>;

function convolvePhase(
  heap: WasmHeap,
  dy: TensorInfo,
  filter: TensorInfo,
  dx: TensorInfo,
  geometry: Geometry,
  h: AxisPhase,
  w: AxisPhase,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { strideHeight, strideWidth, filterWidth } = geometry;
  const size = packedSize(h.taps * w.taps * outChannels, inChannels);
  heap.scratch(size, (packed) => {
    const sizes = { kernelWidth: filterWidth, inChannels, outChannels };
    const down = { first: h.firstTap, count: h.taps, stride: strideHeight };
    const across = { first: w.firstTap, count: w.taps, stride: strideWidth };
    packFilterPhase(heap, heap.address(filter), packed, sizes, down, across);
    runConvolution(heap, {
      input: heap.address(dy),
      batch: batchSize,
      height: outHeight,
      width: outWidth,
      inChannels: outChannels,
      packed,
      kernelHeight: h.taps,
      kernelWidth: w.taps,
      strideHeight: 1,
      strideWidth: 1,
      padTop: h.padding,
      padLeft: w.padding,
      out: heap.address(dx) + (h.start * inWidth + w.start) * inChannels * 4,
      outHeight: h.count,
      outWidth: w.count,
      outChannels: inChannels,
      outImage: inHeight * inWidth * inChannels,
      outRow: strideHeight * inWidth * inChannels,
      outColumn: strideWidth * inChannels,
    });
  });
}

/** A picture's three channels would leave five of eight lanes idle; see assembly/scatter.ts. */
const FEW_CHANNELS = 4;

/** Pixels of dy that are scattered in one go: whole tiles of its rows, and what they give stays in a cache. */
const PIXELS = 96;

function scatter(
  heap: WasmHeap,
  dy: TensorInfo,
  filter: TensorInfo,
  dx: TensorInfo,
  geometry: Geometry,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const columns = filterHeight * filterWidth * inChannels;
  const size = packedSize(outChannels, columns);
  const lines = Math.max(1, Math.floor(PIXELS / outWidth));
  const own = lines * outWidth * columns + convolutionSpace(outChannels, columns); // of each thread
  heap.scratch(size + heap.started * own, (packed) => {
    packTransposed(heap, heap.address(filter), packed, outChannels, columns);
    heap.run({
      kind: 'scatterGradient',
      args: [
        heap.address(dy),
        outHeight,
        outWidth,
        outChannels,
        packed,
        filterHeight,
        filterWidth,
        strideHeight,
        strideWidth,
        padInfo.top,
        padInfo.left,
        heap.address(dx),
        inHeight,
        inWidth,
        inChannels,
        packed + size * 4,
        lines,
        own * 4,
      ],
      units: batchSize,
      nanoseconds: (batchSize * outHeight * outWidth * outChannels * columns) / 10,
    });
  });
}

export const conv2DBackpropInputKernel: KernelConfig = {
  kernelName: 'Conv2DBackpropInput',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as NamedTensorInfoMap & { dy: TensorInfo; filter: TensorInfo };
    const heap = WasmHeap.of(backend);
    const attributes = attrs ?? {};
    const geometry = convGeometry(attributes['inputShape'] as number[], filter.shape, attributes);
    const { inHeight, inWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
    const dx = heap.output(geometry.inShape); // [B, inHeight, inWidth, inChannels]
    if (geometry.inChannels <= FEW_CHANNELS) {
      scatter(heap, dy, filter, dx, geometry);
      return dx;
    }
    for (const h of axisPhases(inHeight, filterHeight, strideHeight, padInfo.top)) {
      for (const w of axisPhases(inWidth, filterWidth, strideWidth, padInfo.left)) {
        convolvePhase(heap, dy, filter, dx, geometry, h, w);
      }
    }
    return dx;
  },
};
