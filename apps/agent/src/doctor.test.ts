import { describe, expect, it } from 'vitest';
import { findingLines, ok, wrong } from './doctor.finding.ts';
import { memoryFinding, nodeFinding, roomFinding } from './doctor.machine.ts';
import { clockAheadMs, clockFinding } from './doctor.server.ts';
import { backendFindings, gpuFindings, slotFinding } from './doctor.training.ts';
import type { GpuReading } from './nvidia-smi.parser.ts';

const gib = 2 ** 30;
const gpu: GpuReading = {
  index: 0,
  name: 'NVIDIA A100-SXM4-80GB',
  memoryMb: 81920,
  memoryUsedMb: 0,
  utilisation: 0,
  temperature: 30,
  powerWatts: 50,
  uuid: 'GPU-6b2f0f2c',
  driver: '535.161.08',
};

describe('the doctor', () => {
  it('writes one line for each finding and its advice below', () => {
    expect(findingLines([ok('node: 22.1.0'), ok('clock: off', 'set it'), wrong('server: away')])).toEqual([
      'ok    node: 22.1.0',
      'ok    clock: off',
      '      advice: set it',
      'wrong server: away',
    ]);
  });

  it.each([
    ['20.18.3', 'wrong'],
    ['20.19.0', 'ok'],
    ['22.1.0', 'ok'],
    ['18.20.4', 'wrong'],
  ])('finds node %s %s', (version, state) => {
    expect(nodeFinding(version).state).toBe(state);
  });

  it('compares clocks by the server’s Date, which counts whole seconds', () => {
    const at = Date.parse('2024-05-01T12:00:00Z');
    expect(clockAheadMs('Wed, 01 May 2024 12:01:00 GMT', at, at + 1_000)).toBe(60_000);
    expect(clockAheadMs(null, at, at)).toBeUndefined();
    expect(clockAheadMs('noon', at, at)).toBeUndefined();
    expect(clockFinding(-1_200)).toEqual(ok('clock: agrees with the server within seconds'));
    expect(clockFinding(60_000)).toMatchObject({ state: 'ok', text: 'clock: 60 s behind the server' });
    expect(clockFinding(-60_000).text).toBe('clock: 60 s ahead of the server');
    expect(clockFinding(-60_000).advice).toMatch(/set the clock/);
    expect(clockFinding(undefined).text).toMatch(/does not tell/);
  });

  it('advises when the spools of all slots would not fit on the disk, and does not call it wrong', () => {
    expect(roomFinding('/w can be written', 40 * gib, 2, 16 * gib)).toEqual(
      ok('work folder: /w can be written; 40.0 GiB free, unsent results take 32.0 GiB at most'),
    );
    const tight = roomFinding('/w can be written', 31 * gib, 2, 16 * gib);
    expect(tight.state).toBe('ok');
    expect(tight.advice).toMatch(/--spool-limit-mb.*storage_full/);
  });

  it('advises when the slots’ limits together are more than the machine has', () => {
    const memory = { freeBytes: 8 * gib, totalBytes: 16 * gib };
    expect(memoryFinding(memory, 2, 8192).advice).toBeUndefined();
    expect(memoryFinding(memory, 3, 8192).advice).toMatch(/3 slots may take 24\.0 GiB together/);
    expect(memoryFinding(memory, 1, undefined).advice).toBeUndefined();
    expect(memoryFinding(memory, 2, undefined).advice).toMatch(/--memory-limit-mb/);
  });

  it('names each GPU with its driver, and says which of them are left out', () => {
    const other = { ...gpu, index: 1, memoryMb: null, driver: null };
    expect(gpuFindings([gpu, other], [gpu]).map(({ text }) => text)).toEqual([
      'GPU 0: NVIDIA A100-SXM4-80GB, 81920 MB, driver 535.161.08',
      'GPU 1: NVIDIA A100-SXM4-80GB; left out by CUDA_VISIBLE_DEVICES',
    ]);
    expect(gpuFindings([], [])).toEqual([ok('GPUs: none that nvidia-smi knows')]);
  });

  it('gives the command that would put an idle GPU to use, and none where it would not help', () => {
    const why =
      'Back end webgpu needs the npm package webgpu, which is not installed. Run `npm run backend -- add webgpu`, or choose another back end.';
    const backends = [
      { name: 'webgpu', usable: false, why },
      { name: 'wasm', usable: true, why: 'passed the self-test' },
    ];
    const [webgpu, wasm] = backendFindings(backends, 1);
    expect(webgpu?.text).toMatch(/^back end webgpu: not used; needs the npm package/);
    expect(webgpu?.advice).toMatch(/^`npm run backend -- add webgpu` may train on the GPU/);
    expect(wasm).toEqual(ok('back end wasm: usable; passed the self-test'));
    expect(backendFindings(backends, 0)[0]?.advice).toBeUndefined();
  });

  it('finds a machine without any back end wrong, with the command that adds one', () => {
    const why = 'Back end webgpu is missing. Run `npm run backend -- add webgpu`.';
    expect(backendFindings([{ name: 'webgpu', usable: false, why }], 0)).toEqual([
      wrong(
        'back end webgpu: not used; is missing. Run `npm run backend -- add webgpu`.',
        'npm run backend -- add webgpu',
      ),
    ]);
  });

  it('says what each slot would get', () => {
    const input = {
      index: 1,
      backend: 'tfjs-node-gpu',
      device: 'NVIDIA A100',
      memoryMb: 81920,
      memoryLimitMb: 9000,
    };
    const plan = { input, env: { CUDA_VISIBLE_DEVICES: 'GPU-6b2f0f2c' }, gpuIndex: 0 };
    expect(slotFinding(plan).text).toBe(
      "slot 1: tfjs-node-gpu on NVIDIA A100 (CUDA_VISIBLE_DEVICES=GPU-6b2f0f2c), 81920 MB, at most 9000 MB of the machine's memory",
    );
  });
});
