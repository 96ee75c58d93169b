/** libtensorflow through tfjs-node, on the CPU or with CUDA. Both register themselves as `tensorflow`. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { env } from '@tensorflow/tfjs-core';
import { BackendUnusableError } from '../backend.errors.ts';
import type { BackendName } from '../backend.names.ts';
import type { BackendModule, StartedBackend } from './backend.contract.ts';
import { cpuName, hostMemoryMb } from './host.device.ts';
import { importPackage } from './optional-package.ts';

/** The first CUDA device as the driver's own tool names it, or null when there is none. */
async function cudaDevice(): Promise<{ name: string; memoryMb: number } | null> {
  try {
    const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 });
    const [name, memory] = (stdout.split('\n')[0] ?? '').split(',').map((part) => part.trim());
    return name && memory ? { name, memoryMb: Number(memory) } : null;
  } catch {
    // No tool means no driver, which the caller reports.
    return null;
  }
}

/**
 * Imports the package. It brings tfjs's own copies of the core and of the plain JavaScript kernels, which register
 * themselves over those that are there and warn of each; the numbers are the same, so the warnings are held back.
 */
async function importTensorflow(
  name: BackendName,
  packageName: string,
  folder: string | null,
): Promise<void> {
  const before = env().getBool('PROD');
  env().set('PROD', true);
  try {
    await importPackage(name, packageName, folder);
  } finally {
    env().set('PROD', before);
  }
}

async function startGpu(
  name: BackendName,
  packageName: string,
  folder: string | null,
): Promise<StartedBackend> {
  const device = await cudaDevice();
  await importTensorflow(name, packageName, folder);
  if (device === null) throw new BackendUnusableError(name, 'nvidia-smi finds no CUDA device');
  return { tfjsName: 'tensorflow', device: device.name, memoryMb: device.memoryMb, slow: null };
}

export const nodeGpuBackend: BackendModule = {
  name: 'tfjs-node-gpu',
  packageName: '@tensorflow/tfjs-node-gpu',
  start: (folder) => startGpu('tfjs-node-gpu', '@tensorflow/tfjs-node-gpu', folder),
};

export const nodeBackend: BackendModule = {
  name: 'tfjs-node',
  packageName: '@tensorflow/tfjs-node',
  start: async (folder) => {
    await importTensorflow('tfjs-node', '@tensorflow/tfjs-node', folder);
    return {
      tfjsName: 'tensorflow',
      device: `${cpuName()} (libtensorflow)`,
      memoryMb: hostMemoryMb(),
      slow: null,
    };
  },
};
