import { describe, expect, it } from 'vitest';
import { planSlots, visibleGpus } from './accelerator.plan.ts';
import type { GpuReading } from './nvidia-smi.parser.ts';
import type { Offer } from './slot.probe.ts';

const gpuAt = (index: number, more: Partial<GpuReading> = {}): GpuReading => ({
  index,
  name: 'NVIDIA A100',
  memoryMb: 81920,
  memoryUsedMb: 0,
  utilisation: 0,
  temperature: 30,
  powerWatts: 50,
  uuid: `GPU-${index}b2f0f2c`,
  driver: '535.161.08',
  ...more,
});
const offerOf = (backend: string, device = 'some device'): Offer => ({
  type: 'offer',
  backend,
  device,
  memoryMb: 4096.4,
  reason: 'passed the self-test',
});
const asked = { slots: undefined, memoryLimitMb: undefined, datasets: ['emoji'] };
const two = [gpuAt(0), gpuAt(1, { name: 'Tesla M60', memoryMb: 7618 })];

describe('the slots of a box', () => {
  it('are one for each GPU, which is the only one that its training sees', () => {
    const plans = planSlots(offerOf('tfjs-node-gpu'), two, asked);
    expect(plans.map(({ input }) => [input.index, input.device, input.memoryMb])).toEqual([
      [0, 'NVIDIA A100', 81920],
      [1, 'Tesla M60', 7618],
    ]);
    expect(plans.map(({ env }) => env)).toEqual([
      { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: 'GPU-0b2f0f2c' },
      { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: 'GPU-1b2f0f2c' },
    ]);
    expect(plans.map(({ gpuIndex }) => gpuIndex)).toEqual([0, 1]);
  });

  it('share the GPUs in turn when more are asked for, and no process then takes a whole GPU', () => {
    const plans = planSlots(offerOf('tfjs-node-gpu'), two, { ...asked, slots: 3 });
    expect(plans.map(({ gpuIndex }) => gpuIndex)).toEqual([0, 1, 0]);
    expect(plans.every(({ env }) => env['TF_FORCE_GPU_ALLOW_GROWTH'] === 'true')).toBe(true);
  });

  it('name a GPU by its number where the driver tells no uuid', () => {
    const [plan] = planSlots(offerOf('tfjs-node-gpu'), [gpuAt(3, { uuid: null })], asked);
    expect(plan?.env['CUDA_VISIBLE_DEVICES']).toBe('3');
  });

  it('are one on a machine without a GPU, with its limit and datasets', () => {
    const plans = planSlots(offerOf('wasm'), [], { ...asked, memoryLimitMb: 2000 });
    expect(plans).toEqual([
      {
        input: {
          index: 0,
          backend: 'wasm',
          device: 'some device',
          memoryMb: 4096,
          memoryLimitMb: 2000,
          datasets: ['emoji'],
        },
        env: {},
        gpuIndex: null,
      },
    ]);
  });

  it('share the cores of a machine without a GPU, and each has one at the least', () => {
    const threads = (slots: number, cores: number | undefined) =>
      planSlots(offerOf('wasm'), [], { ...asked, slots, cores }).map(({ env }) => env['PLUMAGE_THREADS']);
    expect(threads(1, 2)).toEqual(['2']);
    expect(threads(3, 8)).toEqual(['2', '2', '2']);
    expect(threads(2, 1)).toEqual(['1', '1']);
    expect(threads(1, undefined)).toEqual([undefined]);
    expect(planSlots(offerOf('webgpu'), two, { ...asked, cores: 8 })[0]?.env).toEqual({});
  });

  it('are one by WebGPU, which offers no choice, and are read from the GPU that it can only be', () => {
    const [plan, ...more] = planSlots(offerOf('webgpu', 'Tesla M60 (Vulkan)'), two, asked);
    expect(more).toEqual([]);
    expect(plan).toMatchObject({ gpuIndex: 1, env: {}, input: { memoryMb: 7618 } });
    const twins = [gpuAt(0), gpuAt(1)];
    expect(planSlots(offerOf('webgpu', 'NVIDIA A100'), twins, asked)[0]?.gpuIndex).toBeNull();
  });
});

describe('the GPUs that an agent may use', () => {
  const gpus = [gpuAt(0), gpuAt(1), gpuAt(2)];
  it.each([
    [undefined, [0, 1, 2]],
    ['2, 0', [2, 0]],
    ['GPU-1b2', [1]],
    ['0,9,1', [0]],
    ['1,1,0', [1]],
    ['', []],
    ['-1', []],
    ['GPU-', []],
  ])('with CUDA_VISIBLE_DEVICES=%s are %j, as CUDA reads it', (visible, indices) => {
    expect(visibleGpus(gpus, visible).map(({ index }) => index)).toEqual(indices);
  });
});
