/** The kernels' WebAssembly module. It owns no memory: it imports the heap of tfjs's wasm back end. */
export { batchNormFactors, batchNormGradientStatistics, batchNormStatistics } from './batch-norm';
export { dismiss, fail, run, serve, settle, share } from './pool';
