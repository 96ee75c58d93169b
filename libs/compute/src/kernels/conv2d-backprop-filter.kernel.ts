/**
 * Conv2DBackpropFilter for wasm, which tfjs lacks altogether. See assembly/filter-gradient.ts for the method.
 *
 * 10^9 operations a second on one core of a quiet Xeon (Sapphire Rapids), batch 64 (`npm run bench -- kernels`):
 * 64x64x3 -> 32: 32; 32x32x32 -> 64: 36; 16x16x64 -> 128: 39; 8x8x128 -> 256: 39 (kernel 4, stride 2).
 */
import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { convGeometry } from './conv-geometry.ts';
import { WasmHeap } from './wasm-heap.ts';

/** Output pixels worked off at once. 128 to 512 measured alike; the patches and dy of 256 stay in the L2 cache. */
const BLOCK = 256;

function conv2DBackpropFilter(
  heap: WasmHeap,
  x: TensorInfo,
  dy: TensorInfo,
  filterShape: number[],
  attributes: NamedAttrMap,
): TensorInfo {
  const geometry = convGeometry(x.shape, filterShape, attributes);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
  const filter = heap.output(filterShape); // [kh, kw, inChannels, outChannels]
  const wide = Math.ceil(outChannels / 8) * 8;
  const columns = Math.ceil((filterHeight * filterWidth * inChannels) / 4) * 4;
  const block = Math.min(BLOCK, batchSize * outHeight * outWidth);
  heap.scratch(block * wide + block * 4 + columns * wide, (scratch) => {
    heap.kernels.filterGradient(
      heap.address(x),
      batchSize,
      inHeight,
      inWidth,
      inChannels,
      heap.address(dy),
      outHeight,
      outWidth,
      outChannels,
      filterHeight,
      filterWidth,
      strideHeight,
      strideWidth,
      padInfo.top,
      padInfo.left,
      heap.address(filter),
      scratch,
      block,
    );
  });
  return filter;
}

export const conv2DBackpropFilterKernel: KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as NamedTensorInfoMap & { x: TensorInfo; dy: TensorInfo };
    const attributes = attrs ?? {};
    return conv2DBackpropFilter(
      WasmHeap.of(backend),
      x,
      dy,
      attributes['filterShape'] as number[],
      attributes,
    );
  },
};
