/**
 * MaxPoolGrad for wasm, which tfjs lacks. The gradient of a window goes to its first maximum, as in Torch and in
 * tfjs's cpu back end: windows over padding are all equal, and a gradient to each of them would count them thrice.
 * A loop over the heap: pooling is small beside the convolutions in front of it.
 */
import {
  backend_util,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { WasmHeap } from './wasm-heap.ts';

type Geometry = backend_util.Conv2DInfo;

/** Offset in x of the first maximum of a window that begins at (top, left), for one channel. */
function firstMaximum(
  x: Float32Array,
  image: number,
  top: number,
  left: number,
  channel: number,
  g: Geometry,
) {
  let best = -1;
  for (let row = Math.max(0, top); row < Math.min(g.inHeight, top + g.filterHeight); row += 1) {
    for (let column = Math.max(0, left); column < Math.min(g.inWidth, left + g.filterWidth); column += 1) {
      const at = ((image * g.inHeight + row) * g.inWidth + column) * g.inChannels + channel;
      if (best < 0 || (x[at] as number) > (x[best] as number)) best = at;
    }
  }
  return best;
}

/** dx += dy, window by window. */
function scatter(x: Float32Array, dy: Float32Array, dx: Float32Array, g: Geometry): void {
  let from = 0;
  for (let image = 0; image < g.batchSize; image += 1) {
    for (let row = 0; row < g.outHeight; row += 1) {
      const top = row * g.strideHeight - g.padInfo.top;
      for (let column = 0; column < g.outWidth; column += 1) {
        const left = column * g.strideWidth - g.padInfo.left;
        for (let channel = 0; channel < g.inChannels; channel += 1, from += 1) {
          const at = firstMaximum(x, image, top, left, channel, g);
          dx[at] = (dx[at] as number) + (dy[from] as number);
        }
      }
    }
  }
}

export const maxPoolGradKernel: KernelConfig = {
  kernelName: 'MaxPoolGrad',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, input } = inputs as NamedTensorInfoMap & { dy: TensorInfo; input: TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as {
      filterSize: number | [number, number];
      strides: number | [number, number];
      pad: 'valid' | 'same' | number;
      dimRoundingMode?: 'floor' | 'round' | 'ceil';
    };
    const heap = WasmHeap.of(backend);
    const shape = input.shape as [number, number, number, number];
    const geometry = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const out = heap.output(input.shape); // [B, H, W, C]
    const dx = heap.floats(out).fill(0);
    scatter(heap.floats(input), heap.floats(dy), dx, geometry);
    return out;
  },
};
