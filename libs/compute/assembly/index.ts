/** The kernels' WebAssembly module. It owns no memory: it imports the heap of tfjs's wasm back end. */
export { convolve, packFilter, packFilterPhase } from './convolution';
export { convolveNarrow } from './convolution-narrow';
export { filterGradient } from './filter-gradient';
export { adam, leakyRelu, leakyReluGradient } from './elementwise';
export { batchNormBackward, batchNormForward } from './batch-norm';
export { tanh } from './tanh';
