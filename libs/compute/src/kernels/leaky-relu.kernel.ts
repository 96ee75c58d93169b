/** LeakyRelu and its gradient for wasm, one pass over memory each (tfjs composes the gradient of five kernels). */
import { util, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
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
    heap.kernels.leakyReluGradient(heap.address(dy), heap.address(x), heap.address(dx), count, alpha);
    return dx;
  },
};

export const leakyReluKernel: KernelConfig = {
  kernelName: 'LeakyRelu',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x } = inputs as NamedTensorInfoMap & { x: TensorInfo };
    if (x.dtype !== 'float32') throw new TypeError(`leakyRelu needs float32, got ${x.dtype}`);
    const heap = WasmHeap.of(backend);
    const y = heap.output(x.shape);
    heap.kernels.leakyRelu(
      heap.address(x),
      heap.address(y),
      util.sizeFromShape(x.shape),
      attrs?.['alpha'] as number,
    );
    return y;
  },
};
