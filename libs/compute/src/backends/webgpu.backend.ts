/**
 * WebGPU in Node, through Dawn (the npm package `webgpu`): any GPU with a Vulkan, Metal or Direct3D 12 driver.
 * tfjs's own registration wants a browser's window, so the device is made here.
 */
import { registerBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import { BackendUnusableError } from '../backend.errors.ts';
import type { BackendModule, StartedBackend } from './backend.contract.ts';
import { importPackage } from './optional-package.ts';

/** The parts of Dawn and of the WebGPU interface that are used here. */
interface Adapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
  readonly isFallbackAdapter?: boolean;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: object): Promise<object>;
}

interface Dawn {
  readonly create: (flags: string[]) => { requestAdapter(options: object): Promise<Adapter | null> };
  readonly globals: object;
}

/** The limits that tfjs asks for in a browser; the defaults are too small for training. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** Drivers that compute on the CPU; each is slower there than wasm. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

async function requestAdapter(folder: string | null): Promise<Adapter> {
  const dawn = (await importPackage('webgpu', 'webgpu', folder)) as unknown as Dawn;
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    const missing = 'no Vulkan, Metal or Direct3D 12 driver was found';
    const hint = process.platform === 'linux' ? ' (a GPU driver with Vulkan, and the loader libvulkan1)' : '';
    throw new BackendUnusableError('webgpu', `${missing}${hint}`);
  }
  // tfjs only asks whether these exist.
  Object.assign(globalThis, { WorkerGlobalScope: globalThis });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  return adapter;
}

async function start(folder: string | null): Promise<StartedBackend> {
  // Before there is a navigator, so that tfjs does not register a back end of its own.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const adapter = await requestAdapter(folder);
  const { vendor, architecture, description } = adapter.info;
  const device = description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const gpuDevice = await adapter.requestDevice({ requiredLimits });
  const backend = new WebGPUBackend(gpuDevice as never, adapter.info as never);
  registerBackend('webgpu', () => backend as KernelBackend);
  const software = adapter.isFallbackAdapter === true || SOFTWARE.test(`${vendor} ${architecture} ${device}`);
  const slow = software ? `${device} is a software driver, slower than wasm on the same processor` : null;
  return { tfjsName: 'webgpu', device, memoryMb: null, slow };
}

let running: StartedBackend | undefined;

export const webgpuBackend: BackendModule = {
  name: 'webgpu',
  packageName: 'webgpu',
  // Once a process: a second Dawn instance beside a living device crashes when the first is collected.
  start: async (folder) => (running ??= await start(folder)),
};
