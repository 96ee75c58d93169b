/**
 * Conv2DBackpropFilter for wasm, which tfjs lacks altogether. See assembly/filter-gradient.ts for the method.
 *
 * 10^9 operations a second of processor time on one core of an AMD EPYC under load, batch 64, kernel 4, stride 2, and
 * in brackets before there were tiles of six rows: 64x64x3 -> 64: 23 (19); 32x32x64 -> 128: 31 (24);
 * 16x16x128 -> 256: 32 (25); 8x8x256 -> 512: 32 (26).
 */
import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { convGeometry } from './conv-geometry.ts';
import { runFilterGradient } from './filter-gradient.job.ts';
import { WasmHeap } from './wasm-heap.ts';

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
  runFilterGradient(heap, {
    x: heap.address(x),
    batch: batchSize,
    height: inHeight,
    width: inWidth,
    channels: inChannels,
    dy: heap.address(dy),
    outHeight,
    outWidth,
    outChannels,
    kernelHeight: filterHeight,
    kernelWidth: filterWidth,
    strideHeight,
    strideWidth,
    padTop: padInfo.top,
    padLeft: padInfo.left,
    filter: heap.address(filter),
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
