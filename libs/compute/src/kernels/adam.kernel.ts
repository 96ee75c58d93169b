/** One Adam step for one variable on wasm: one pass over four arrays instead of a dozen kernels. */
import { util, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
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
    heap.kernels.adam(
      heap.address(value),
      heap.address(first),
      heap.address(second),
      heap.address(gradient),
      heap.address(next[0]),
      heap.address(next[1]),
      heap.address(next[2]),
      util.sizeFromShape(value.shape),
      rate,
      beta1,
      beta2,
      epsilon,
    );
    return [...next];
  },
};
