/** The kernels' WebAssembly module. It owns no memory: it imports the heap of tfjs's wasm back end. */
export { batchNormStatistics } from './batch-norm';
export { batchNormFactors, batchNormGradientStatistics } from './batch-norm-gradient';
export { dismiss, fail, run, serve, settle, share } from './pool';
