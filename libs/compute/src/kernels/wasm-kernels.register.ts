/** Registers the kernels that training needs and tfjs's wasm back end lacks, or has too slowly. */
// First: the kernels below hand what they do not know to tfjs's, which this package registers.
import '@tensorflow/tfjs-backend-wasm';
import { getKernel, registerKernel, unregisterKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import { adamStepKernel } from './adam.kernel.ts';
import { batchNormTrainingGradKernel, batchNormTrainingKernel } from './batch-norm.kernel.ts';
import { conv2DKernel } from './conv2d.kernel.ts';
import { conv2DBackpropFilterKernel } from './conv2d-backprop-filter.kernel.ts';
import { conv2DBackpropInputKernel } from './conv2d-backprop-input.kernel.ts';
import { identityKernel } from './identity.kernel.ts';
import { leakyReluGradKernel, leakyReluKernel } from './leaky-relu.kernel.ts';
import { matMulKernel } from './mat-mul.kernel.ts';
import { maxPoolGradKernel } from './max-pool-grad.kernel.ts';
import { tanhKernel } from './tanh.kernel.ts';
import { unsortedSegmentSumKernel } from './unsorted-segment-sum.kernel.ts';

const kernels: readonly KernelConfig[] = [
  conv2DKernel,
  matMulKernel,
  identityKernel,
  conv2DBackpropFilterKernel,
  conv2DBackpropInputKernel,
  unsortedSegmentSumKernel,
  maxPoolGradKernel,
  tanhKernel,
  leakyReluKernel,
  leakyReluGradKernel,
  batchNormTrainingKernel,
  batchNormTrainingGradKernel,
  adamStepKernel,
];

/** Registers them all. Idempotent; tfjs would warn of a kernel that it knows, so that one is removed first. */
export function registerWasmKernels(): void {
  for (const kernel of kernels) {
    const known = getKernel(kernel.kernelName, 'wasm');
    if (known === kernel) continue;
    if (known) unregisterKernel(kernel.kernelName, 'wasm');
    registerKernel(kernel);
  }
}
