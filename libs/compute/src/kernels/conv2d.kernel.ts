/**
 * Conv2D for wasm. tfjs has one (XNNPACK), but this one needs no operator set up for every new filter, which in
 * training is every step. What it does not know (dilation) goes to
 * tfjs's kernel.
 *
 * 10^9 operations a second on one core of a quiet Xeon (Sapphire Rapids), batch 64 (`npm run bench -- kernels`):
 * 64x64x3 -> 32: 19; 32x32x32 -> 64: 42; 16x16x64 -> 128: 43; 8x8x128 -> 256: 41 (kernel 4, stride 2). tfjs's own made
 * about 30 at the last three in a comparison by hand, where this one made 46 to 50.
 */
import {
  getKernel,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { convGeometry } from './conv-geometry.ts';
import { WasmHeap } from './wasm-heap.ts';

const native = getKernel('Conv2D', 'wasm');

export const conv2DKernel: KernelConfig = {
  ...native,
  kernelFunc: (call) => {
    const { x, filter } = call.inputs as NamedTensorInfoMap & { x: TensorInfo; filter: TensorInfo };
    const attributes = call.attrs ?? {};
    if ([attributes['dilations']].flat().some((dilation) => dilation !== 1)) return native.kernelFunc(call);
    const heap = WasmHeap.of(call.backend);
    const geometry = convGeometry(x.shape, filter.shape, attributes);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
    const out = heap.output(geometry.outShape); // [B, outHeight, outWidth, outChannels]
    const rows = filterHeight * filterWidth * inChannels;
    const packedSize = Math.ceil(outChannels / 8) * 8 * rows;
    heap.scratch(packedSize + filterWidth * inChannels, (packed) => {
      const zeros = packed + packedSize * 4;
      heap.zero(zeros, filterWidth * inChannels);
      heap.kernels.packFilter(heap.address(filter), packed, rows, outChannels);
      heap.kernels.convolve(
        heap.address(x),
        batchSize,
        inHeight,
        inWidth,
        inChannels,
        packed,
        filterHeight,
        filterWidth,
        strideHeight,
        strideWidth,
        padInfo.top,
        padInfo.left,
        heap.address(out),
        outHeight,
        outWidth,
        outChannels,
        outHeight * outWidth * outChannels,
        outWidth * outChannels,
        outChannels,
        zeros,
      );
    });
    return out;
  },
};
