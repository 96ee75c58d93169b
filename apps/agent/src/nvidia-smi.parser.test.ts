import { describe, expect, it } from 'vitest';
import { parseGpuReadings } from './nvidia-smi.parser.ts';

/** As driver 535 prints it for a box with an A100, and a board that measures neither load nor power. */
const recorded = `0, NVIDIA A100-SXM4-80GB, 81920, 3215, 87, 54, 301.43, GPU-6b2f0f2c-12aa-4d6b-9f5e-1c0f7a3e8d11, 535.161.08
1, Tesla M60, 7618, 0, [N/A], 41, [Not Supported], [N/A], 535.161.08
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
        uuid: 'GPU-6b2f0f2c-12aa-4d6b-9f5e-1c0f7a3e8d11',
        driver: '535.161.08',
      },
      {
        index: 1,
        name: 'Tesla M60',
        memoryMb: 7618,
        memoryUsedMb: 0,
        utilisation: null,
        temperature: 41,
        powerWatts: null,
        uuid: null,
        driver: '535.161.08',
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
