/** The back ends by the name a user types, best first: this is also the order in which `auto` tries them. */
export const backendNames = ['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu'] as const;

/** tfjs-node-gpu: CUDA. tfjs-node: libtensorflow on the CPU. webgpu: any GPU, through Dawn. cpu: plain JavaScript. */
export type BackendName = (typeof backendNames)[number];
