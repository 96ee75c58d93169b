/**
 * Choosing the tfjs back end that a process computes on, and what the back ends lack for training.
 *
 *   const { name, device, reason } = await selectBackend('auto');
 *
 * registers the derivatives (tfjs-core has none by itself) and the kernels (../assembly, WebAssembly with SIMD on
 * tfjs's own heap), sets the tfjs back end and proves it by one training step against plain JavaScript. After
 * that, ordinary tf.* code trains; the ops below are the parts of a GAN's step that are worth one kernel each.
 *
 * | back end      | needs                                                          |
 * |---------------|----------------------------------------------------------------|
 * | tfjs-node-gpu | `npm run backend -- add tfjs-node-gpu`, CUDA                   |
 * | tfjs-node     | `npm run backend -- add tfjs-node`                             |
 * | webgpu        | `npm run backend -- add webgpu`, a Vulkan, Metal or D3D12 GPU  |
 * | wasm          | nothing: the default                                           |
 * | cpu           | nothing: the reference, a hundred times slower                 |
 */
export { type BackendName, backendNames } from './backend.names.ts';
export {
  BackendError,
  type BackendErrorCode,
  BackendMemoryError,
  BackendNotInstalledError,
  BackendUnusableError,
  BackendWrongError,
} from './backend.errors.ts';
export {
  type BackendOptions,
  type ConsideredBackend,
  probeBackends,
  type SelectedBackend,
  selectBackend,
} from './backend.select.ts';
export { type MemoryReport, memoryReport } from './memory.report.ts';
export { Adam, type AdamOptions, type AdamState } from './ops/adam.op.ts';
export { batchNormTraining, type BatchNormOptions, type BatchNormResult } from './ops/batch-norm.op.ts';
export { RmsProp, type RmsPropOptions, type RmsPropState } from './ops/rms-prop.op.ts';
