/**
 * Conv2D for wasm. tfjs has one (XNNPACK), but this one needs no operator set up for every new filter, which in
 * training is every step. What it does not know (dilation) goes to tfjs's kernel.
 *
 * 10^9 operations a second of processor time on one core of an AMD EPYC under load, batch 64, kernel 4, stride 2, and
 * in brackets before there were tiles of six rows: 64x64x3 -> 64: 22 (18); 32x32x64 -> 128: 34 (27);
 * 16x16x128 -> 256: 34 (26); 8x8x256 -> 512: 37 (25). tfjs's own made about 30 at shapes like the last three on a quiet
 * Xeon in a comparison by hand, where ours of then made 46 to 50.
 */
import {
  getKernel,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { convGeometry } from './conv-geometry.ts';
import { packedSize, packFilter, runConvolution } from './convolution.job.ts';
import { WasmHeap } from './wasm-heap.ts';

const native = getKernel('Conv2D', 'wasm');

function convolve(
  heap: WasmHeap,
  x: TensorInfo,
  filter: TensorInfo,
  out: TensorInfo,
  geometry: ReturnType<typeof convGeometry>,
): void {
  const { filterHeight, filterWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const rows = filterHeight * filterWidth * inChannels;
  heap.scratch(packedSize(rows, outChannels), (packed) => {
    packFilter(heap, heap.address(filter), packed, rows, outChannels);
    runConvolution(heap, {
      input: heap.address(x),
      batch: geometry.batchSize,
      height: geometry.inHeight,
      width: geometry.inWidth,
      inChannels,
      packed,
      kernelHeight: filterHeight,
      kernelWidth: filterWidth,
      strideHeight: geometry.strideHeight,
      strideWidth: geometry.strideWidth,
      padTop: geometry.padInfo.top,
      padLeft: geometry.padInfo.left,
      out: heap.address(out),
      outHeight,
      outWidth,
      outChannels,
      outImage: outHeight * outWidth * outChannels,
      outRow: outWidth * outChannels,
      outColumn: outChannels,
    });
  });
}

export const conv2DKernel: KernelConfig = {
  ...native,
  kernelFunc: (call) => {
    const { x, filter } = call.inputs as NamedTensorInfoMap & { x: TensorInfo; filter: TensorInfo };
    const attributes = call.attrs ?? {};
    if ([attributes['dilations']].flat().some((dilation) => dilation !== 1)) return native.kernelFunc(call);
    const heap = WasmHeap.of(call.backend);
    const geometry = convGeometry(x.shape, filter.shape, attributes);
    const out = heap.output(geometry.outShape); // [B, outHeight, outWidth, outChannels]
    convolve(heap, x, filter, out, geometry);
    return out;
  },
};
