/** LeakyRelu and its gradient for wasm, one pass over memory each (tfjs composes the gradient of five kernels). */
import {
  getKernel,
  util,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { runElementwise } from './elementwise.job.ts';
import { WasmHeap } from './wasm-heap.ts';

export const leakyReluGradKernel: KernelConfig = {
  kernelName: 'LeakyReluGrad',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, x } = inputs as NamedTensorInfoMap & { dy: TensorInfo; x: TensorInfo };
    const heap = WasmHeap.of(backend);
    const dx = heap.output(x.shape);
    const count = util.sizeFromShape(x.shape);
    const alpha = attrs?.['alpha'] as number;
    const arrays = [dy, x, dx].map((tensor) => heap.address(tensor));
    runElementwise(heap, 'leakyReluGradient', count, [...arrays, alpha]);
    return dx;
  },
};

const native = getKernel('LeakyRelu', 'wasm');

/** Integers go to tfjs's kernel. */
export const leakyReluKernel: KernelConfig = {
  ...native,
  kernelFunc: (call) => {
    const { x } = call.inputs as NamedTensorInfoMap & { x: TensorInfo };
    if (x.dtype !== 'float32') return native.kernelFunc(call);
    const heap = WasmHeap.of(call.backend);
    const y = heap.output(x.shape);
    const count = util.sizeFromShape(x.shape);
    const alpha = call.attrs?.['alpha'] as number;
    runElementwise(heap, 'leakyRelu', count, [heap.address(x), heap.address(y), alpha]);
    return y;
  },
};
