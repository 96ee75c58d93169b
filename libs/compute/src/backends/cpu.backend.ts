/** Plain JavaScript: always there, about a hundred times slower than wasm. The reference for every test. */
import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';
import type { BackendModule } from './backend.contract.ts';
import { cpuName, hostMemoryMb } from './host.device.ts';

export const cpuBackend: BackendModule = {
  name: 'cpu',
  packageName: null,
  start: async () => {
    // It advertises tfjs-node on its first use; the choice has been made by then, with a reason.
    Object.assign(findBackend('cpu'), { firstUse: false });
    return {
      tfjsName: 'cpu',
      device: `${cpuName()} (plain JavaScript)`,
      memoryMb: hostMemoryMb(),
      slow: null,
    };
  },
};
