/**
 * Whole GAN-CLS training steps (both networks, both optimisers, the moving average) on every back end that is
 * installed and usable, and in PyTorch where an interpreter with it is named. Operations are counted by libs/model's
 * gflopsPerStep, the time is the wall's, and the first steps are left out: they compile shaders and WebAssembly. Each
 * back end runs in a process of its own, so that peakMb is its own. `--variant plain --width 64 --batch 64 --threads 1`
 * is the shape whose rate on one core is promised; `--width 4 --batch 4 --steps 10000` shows memory over a long run.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type BackendName, backendNames, probeBackends, selectBackend } from '@plumage/compute';
import { measure, type Shape, type StepRate } from './train-step/measure.ts';
import { measureTorch, type TorchRate } from './train-step/torch.peer.ts';

export const usage =
  'train-step [--width 32] [--batch 64] [--steps 5] [--variant released|plain] [--backend NAME] [--threads N] ' +
  '[--torch PYTHON]: images and 10^9 operations a second of GAN-CLS steps, share of each kernel, memory, leak';

/** Plain JavaScript needs minutes for a step at the usual shape, so it gets its own. */
const SMALL: Shape = { width: 4, batch: 4, steps: 1, variant: 'released' };

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      width: { type: 'string', default: '32' },
      batch: { type: 'string', default: '64' },
      steps: { type: 'string', default: '5' },
      variant: { type: 'string', default: 'released' },
      backend: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      torch: { type: 'string' },
      here: { type: 'boolean', default: false },
    },
  });
  const count = (name: 'width' | 'batch' | 'steps' | 'threads'): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`--${name} must be a whole number from 1, got ${values[name]}`);
    }
    return value;
  };
  const backend = values.backend;
  if (backend !== undefined && !backendNames.includes(backend as BackendName)) {
    throw new RangeError(`--backend must be one of ${backendNames.join(', ')}, got ${backend}`);
  }
  const { variant } = values;
  if (variant !== 'released' && variant !== 'plain') {
    throw new RangeError(`--variant must be released or plain, got ${variant}`);
  }
  const shape: Shape = { width: count('width'), batch: count('batch'), steps: count('steps'), variant };
  const { here, torch } = values;
  return { shape, backend: backend as BackendName | undefined, threads: count('threads'), torch, here };
}

/** Measures one back end in a child process; `--here` is how the child is told to do the work itself. */
async function measureApart(backend: BackendName, shape: Shape, threads: number): Promise<StepRate> {
  const given = { ...shape, threads };
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const script = fileURLToPath(new URL('./run.ts', import.meta.url));
  const child = ['--import', 'tsx', script, 'train-step', '--json', '--here', '--backend', backend, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, child, { maxBuffer: 2 ** 24 });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { results: Record<string, StepRate> }).results[backend] as StepRate;
}

type Results = Record<string, StepRate | TorchRate>;

export async function run(args: string[], note: (line: string) => void): Promise<Results> {
  const { shape, backend, threads, torch, here } = parse(args);
  if (here && backend) {
    const { device } = await selectBackend(backend, { threads });
    return { [backend]: await measure(device, shape) };
  }
  const results: Results = {};
  const take = (name: string, result: StepRate | TorchRate) => {
    const { imagesPerSecond, gflopsPerSecond, device } = result;
    note(`${name}: ${imagesPerSecond} images/s, ${gflopsPerSecond} GFLOP/s on ${device}`);
    results[name] = result;
  };
  for (const name of backend ? [backend] : await usableBackends(note)) {
    take(name, await measureApart(name, name === 'cpu' && !backend ? SMALL : shape, threads));
  }
  if (torch) take('torch', await measureTorch(torch, shape, threads === 1 ? [1] : [1, threads]));
  return results;
}

async function usableBackends(note: (line: string) => void): Promise<BackendName[]> {
  const verdicts = await probeBackends();
  for (const { usable, name, why } of verdicts) if (!usable) note(`${name} is left out: ${why}`);
  return verdicts.filter(({ usable }) => usable).map(({ name }) => name);
}
