import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCpuGauge, createGpuMeter, createSlotGauge, readGpus } from './gauge.ts';

/** As driver 535 prints it for a box with an A100, and a board that measures neither load nor power. */
const recorded = `0, NVIDIA A100-SXM4-80GB, 81920, 3215, 87, 54, 301.43, GPU-6b2f0f2c-12aa-4d6b-9f5e-1c0f7a3e8d11, 535.161.08
1, Tesla M60, 7618, 12, [N/A], 41, [Not Supported], [N/A], 535.161.08`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-gauge-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of that name, first in the path, that prints what the real one printed. */
const install = (script: string): NodeJS.ProcessEnv => {
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
};

/** The readings of a meter that counts how often it looks. */
const countingMeter = (env: NodeJS.ProcessEnv, now: () => number) => {
  const counted = { looks: 0 };
  const meter = createGpuMeter(
    () => {
      counted.looks += 1;
      return readGpus(env);
    },
    1_000,
    now,
  );
  return { counted, meter };
};

describe.runIf(platform() !== 'win32')('the boards that nvidia-smi tells of', () => {
  it('give each slot its own load, memory, temperature and power, at one call for all slots', async () => {
    let now = 0;
    const { counted, meter } = countingMeter(install(`cat <<'END'\n${recorded}\nEND`), () => now);
    const gauges = [0, 1].map((index) => createSlotGauge(index, meter, () => now));
    const readings = await Promise.all(gauges.map((gauge) => gauge(process.pid, undefined)));
    expect(readings).toMatchObject([
      { utilisation: 0.87, memoryUsedMb: 3215, temperature: 54, powerWatts: 301.43 },
      { utilisation: null, memoryUsedMb: 12, temperature: 41, powerWatts: null },
    ]);
    expect(counted.looks).toBe(1);
    now = 1_000;
    await gauges[0]?.(process.pid, undefined);
    expect(counted.looks).toBe(2);
  });

  it('are none where the program is missing or fails; a slot then tells of its child', async () => {
    expect(await readGpus({ PATH: folder })).toEqual([]);
    const failing = install('echo "NVIDIA-SMI has failed"; exit 9');
    expect(await readGpus(failing)).toEqual([]);
    const { meter } = countingMeter(failing, () => 0);
    const reading = await createSlotGauge(0, meter, () => 0)(process.pid, undefined);
    expect(reading).toMatchObject({ temperature: null, powerWatts: null });
    expect(reading.memoryUsedMb).toBeGreaterThan(0);
  });
});

describe('a child’s share of the machine', () => {
  /** No process has this pid: only what the child tells is known. */
  const gone = 2 ** 30;

  it('is the CPU time between two looks over the time of all cores, never more than all', () => {
    let now = 0;
    const gauge = createCpuGauge(() => now);
    expect(gauge(gone, { rssMb: 300, cpuSeconds: 1 })).toMatchObject({
      utilisation: null,
      memoryUsedMb: 300,
    });
    now = 1_000;
    const { utilisation } = gauge(gone, { rssMb: 310, cpuSeconds: 1.01 });
    expect(utilisation).toBeGreaterThan(0);
    expect(utilisation).toBeLessThanOrEqual(0.01 + 1e-9);
    now = 2_000;
    expect(gauge(gone, { rssMb: 310, cpuSeconds: 1e6 }).utilisation).toBe(1);
  });

  it('begins anew with another child, and is unknown where nothing is told', () => {
    let now = 0;
    const gauge = createCpuGauge(() => now);
    gauge(gone, { rssMb: 1, cpuSeconds: 5 });
    now = 1_000;
    expect(gauge(gone + 1, { rssMb: 1, cpuSeconds: 6 }).utilisation).toBeNull();
    expect(gauge(gone + 2, undefined)).toMatchObject({ utilisation: null, memoryUsedMb: null });
  });
});
