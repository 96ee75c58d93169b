/** One Adam step for one variable on wasm: one pass over four arrays instead of a dozen kernels. */
import { util, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { runElementwise } from './elementwise.job.ts';
import { WasmHeap } from './wasm-heap.ts';

export const adamStepKernel: KernelConfig = {
  kernelName: 'AdamStep',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { value, first, second, gradient } = inputs as NamedTensorInfoMap &
      Record<'value' | 'first' | 'second' | 'gradient', TensorInfo>;
    const { rate, beta1, beta2, epsilon } = attrs as Record<'rate' | 'beta1' | 'beta2' | 'epsilon', number>;
    const heap = WasmHeap.of(backend);
    const next = [heap.output(value.shape), heap.output(value.shape), heap.output(value.shape)] as const;
    const arrays = [value, first, second, gradient, ...next].map((tensor) => heap.address(tensor));
    runElementwise(heap, 'adam', util.sizeFromShape(value.shape), [...arrays, rate, beta1, beta2, epsilon]);
    return [...next];
  },
};
