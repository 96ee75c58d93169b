/** The same step in PyTorch on the same cores, by torch_peer.py, for whoever has PyTorch. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gflopsOf, rounded, type Shape } from './measure.ts';

interface TorchRun {
  readonly threads: number;
  readonly imagesPerSecond: number;
  readonly gflopsPerSecond: number;
  readonly secondsPerStep: number;
  readonly fastestSecondsPerStep: number;
  readonly cpuSecondsPerStep: number;
  readonly peakMb: number;
}

/** The faster of its runs, and all of them. */
export interface TorchRate extends Shape, TorchRun {
  readonly device: string;
  readonly byThreads: readonly TorchRun[];
}

/** What torch_peer.py prints. */
interface Answer {
  readonly version: string;
  readonly secondsPerStep: number;
  readonly fastestSecondsPerStep: number;
  readonly cpuSecondsPerStep: number;
  readonly peakMb: number;
}

/** Runs PyTorch with each number of threads. Throws what the interpreter says when that does not work. */
export async function measureTorch(python: string, shape: Shape, threads: number[]): Promise<TorchRate> {
  const script = fileURLToPath(new URL('./torch_peer.py', import.meta.url));
  const { width, batch, steps, variant } = shape;
  const byThreads: TorchRun[] = [];
  let version = '';
  for (const count of threads) {
    const args = [
      '--width',
      width,
      '--batch',
      batch,
      '--steps',
      steps,
      '--variant',
      variant,
      '--threads',
      count,
    ];
    const { stdout } = await promisify(execFile)(python, [script, ...args.map(String)]);
    const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer;
    version = answer.version;
    byThreads.push({
      threads: count,
      imagesPerSecond: rounded(batch / answer.secondsPerStep),
      gflopsPerSecond: rounded(gflopsOf(shape) / answer.secondsPerStep),
      secondsPerStep: rounded(answer.secondsPerStep),
      fastestSecondsPerStep: rounded(answer.fastestSecondsPerStep),
      cpuSecondsPerStep: rounded(answer.cpuSecondsPerStep),
      peakMb: Math.round(answer.peakMb),
    });
  }
  const best = byThreads.reduce((a, b) => (b.gflopsPerSecond > a.gflopsPerSecond ? b : a));
  return { ...shape, ...best, device: `PyTorch ${version} on the processor`, byThreads };
}
