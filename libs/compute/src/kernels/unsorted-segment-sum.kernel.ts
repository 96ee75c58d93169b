/**
 * UnsortedSegmentSum for wasm, which tfjs lacks: the gradient of gather. Rows are added in a loop over the heap;
 * embedding lookups and caption gathers are small beside the convolutions.
 */
import { util, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { WasmHeap } from './wasm-heap.ts';

export const unsortedSegmentSumKernel: KernelConfig = {
  kernelName: 'UnsortedSegmentSum',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, segmentIds } = inputs as NamedTensorInfoMap & { x: TensorInfo; segmentIds: TensorInfo };
    const heap = WasmHeap.of(backend);
    const segments = attrs?.['numSegments'] as number;
    const out = heap.output([segments, ...x.shape.slice(1)]); // [segments, ...]
    const width = util.sizeFromShape(x.shape.slice(1));
    const sums = heap.floats(out).fill(0);
    const rows = heap.floats(x);
    heap.integers(segmentIds).forEach((segment, row) => {
      // Ids outside of the range are dropped, as tfjs documents it.
      if (segment < 0 || segment >= segments) return;
      for (let column = 0; column < width; column += 1) {
        const at = segment * width + column;
        sums[at] = (sums[at] ?? 0) + (rows[row * width + column] ?? 0);
      }
    });
    return out;
  },
};
