import { describe, expect, it } from 'vitest';
import { parseGpuReadings } from './nvidia-smi.parser.ts';
import { planSlots } from './slot.probe.ts';

/** As driver 535 prints it for a box with an A100, and a board that measures neither load nor power. */
const recorded = `0, NVIDIA A100-SXM4-80GB, 81920, 3215, 87, 54, 301.43
1, Tesla M60, 7618, 0, [N/A], 41, [Not Supported]
`;

describe('nvidia-smi', () => {
  it('is read into shares, Celsius and watts; what a board cannot measure is unknown', () => {
    expect(parseGpuReadings(recorded)).toEqual([
      {
        index: 0,
        name: 'NVIDIA A100-SXM4-80GB',
        memoryMb: 81920,
        memoryUsedMb: 3215,
        utilisation: 0.87,
        temperature: 54,
        powerWatts: 301.43,
      },
      {
        index: 1,
        name: 'Tesla M60',
        memoryMb: 7618,
        memoryUsedMb: 0,
        utilisation: null,
        temperature: 41,
        powerWatts: null,
      },
    ]);
  });

  it('gives nothing for a driver that only complains', () => {
    expect(
      parseGpuReadings('NVIDIA-SMI has failed because it couldn’t communicate with the driver.\n'),
    ).toEqual([]);
    expect(parseGpuReadings('')).toEqual([]);
  });
});

describe('the slots of a machine', () => {
  const offer = { type: 'offer', device: 'wasm, 4 threads', memoryMb: 4095.5, reason: '' } as const;
  const gpus = parseGpuReadings(recorded);

  it('are one for each GPU that the back end can use', () => {
    const slots = planSlots({ ...offer, backend: 'tfjs-node-gpu' }, gpus, undefined);
    expect(slots.map(({ device, memoryMb }) => `${device} ${memoryMb}`)).toEqual([
      'NVIDIA A100-SXM4-80GB 81920',
      'Tesla M60 7618',
    ]);
  });

  it('are one on a machine that computes on its CPU, and as many as asked for', () => {
    expect(planSlots({ ...offer, backend: 'wasm' }, gpus, undefined)).toEqual([
      { index: 0, backend: 'wasm', device: 'wasm, 4 threads', memoryMb: 4096 },
    ]);
    expect(planSlots({ ...offer, backend: 'wasm' }, [], 3)).toHaveLength(3);
  });
});
