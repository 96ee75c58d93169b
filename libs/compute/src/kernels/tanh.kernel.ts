/** Tanh for wasm, four numbers at a time; tfjs's takes 19 ns a number, 15 ms of a step at width 32, batch 64. */
import {
  getKernel,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { runElementwise } from './elementwise.job.ts';
import { WasmHeap } from './wasm-heap.ts';

const native = getKernel('Tanh', 'wasm');

/** Integers go to tfjs's kernel. */
export const tanhKernel: KernelConfig = {
  ...native,
  kernelFunc: (call) => {
    const { x } = call.inputs as NamedTensorInfoMap & { x: TensorInfo };
    if (x.dtype !== 'float32') return native.kernelFunc(call);
    const heap = WasmHeap.of(call.backend);
    const y = heap.output(x.shape);
    runElementwise(heap, 'tanh', util.sizeFromShape(x.shape), [heap.address(x), heap.address(y)]);
    return y;
  },
};
