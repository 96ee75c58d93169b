/**
 * Chooses the back end that a process computes on: the best that is installed, starts and passes the self-test,
 * or the one that is asked for by name. Every candidate's verdict is kept, so that the choice can be explained.
 */
import { fileURLToPath } from 'node:url';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { BackendError, BackendUnusableError, BackendWrongError } from './backend.errors.ts';
import { type BackendName, backendNames } from './backend.names.ts';
import type { BackendModule, StartedBackend } from './backends/backend.contract.ts';
import { cpuBackend } from './backends/cpu.backend.ts';
import { nodeBackend, nodeGpuBackend } from './backends/node.backend.ts';
import { findBackendsFolder } from './backends/optional-package.ts';
import { wasmBackend } from './backends/wasm.backend.ts';
import { webgpuBackend } from './backends/webgpu.backend.ts';
import { registerGradients } from './gradients/gradients.register.ts';
import { selfTest } from './self-test.ts';

export interface BackendOptions {
  /** Where optional back ends are installed. Default: `.plumage/backends` above the working folder or this file. */
  readonly folder?: string;
  /** Threads that wasm computes with, 1 to 64. Default: PLUMAGE_THREADS, or one a core. The result is the same. */
  readonly threads?: number;
}

/** One candidate and what was found out about it. */
export interface ConsideredBackend {
  readonly name: BackendName;
  readonly usable: boolean;
  /** One sentence. */
  readonly why: string;
}

export interface SelectedBackend {
  readonly name: BackendName;
  /** The device in words. */
  readonly device: string;
  /** Memory that tensors may take, in MiB, or null when the device does not say. */
  readonly memoryMb: number | null;
  /** One sentence that says why this one. */
  readonly reason: string;
  readonly considered: readonly ConsideredBackend[];
}

/** The options with their defaults. */
interface Place {
  readonly folder: string | null;
  readonly threads: number | undefined;
}

const modules: Readonly<Record<BackendName, BackendModule>> = {
  'tfjs-node-gpu': nodeGpuBackend,
  'tfjs-node': nodeBackend,
  webgpu: webgpuBackend,
  wasm: wasmBackend,
  cpu: cpuBackend,
};

/** Starts a back end and tests it; on return it is set. Throws a BackendError when it may not be used. */
async function startTested(name: BackendName, { folder, threads }: Place): Promise<StartedBackend> {
  // The reference first: tfjs-node and the others must find it registered.
  await cpuBackend.start(folder);
  const started = await modules[name].start(folder, threads);
  // Again after the package is loaded: tfjs-node brings tfjs's own derivatives along.
  registerGradients();
  let finding: string | null;
  try {
    finding = await selfTest(started.tfjsName);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendUnusableError(name, reason, { cause });
  }
  if (finding !== null) throw new BackendWrongError(name, finding);
  return started;
}

/** The verdict on one back end, as a value. */
async function consider(name: BackendName, place: Place) {
  try {
    const started = await startTested(name, place);
    const why = started.slow ?? `${started.device}: passed the self-test`;
    return { started, verdict: { name, usable: true, why } satisfies ConsideredBackend };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return {
      started: null,
      verdict: { name, usable: false, why: error.message } satisfies ConsideredBackend,
    };
  }
}

function placeOf(options: BackendOptions): Place {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const folder = options.folder ?? findBackendsFolder(process.cwd()) ?? findBackendsFolder(here);
  return { folder, threads: options.threads };
}

/**
 * Registers derivatives and kernels, sets the tfjs back end and proves it by a training step against `cpu`.
 * `auto` takes the first of tfjs-node-gpu, tfjs-node, webgpu, wasm, cpu that passes, leaving out software drivers.
 * Throws BackendNotInstalledError, BackendUnusableError or BackendWrongError when a back end asked for by name
 * cannot be used.
 */
export async function selectBackend(
  wanted: BackendName | 'auto',
  options: BackendOptions = {},
): Promise<SelectedBackend> {
  const place = placeOf(options);
  if (wanted !== 'auto') {
    const { device, memoryMb } = await startTested(wanted, place);
    const reason = `${wanted} was asked for by name and passed the self-test.`;
    return {
      name: wanted,
      device,
      memoryMb,
      reason,
      considered: [{ name: wanted, usable: true, why: reason }],
    };
  }
  const considered: ConsideredBackend[] = [];
  for (const name of backendNames) {
    const { started, verdict } = await consider(name, place);
    considered.push(verdict);
    if (started === null || started.slow !== null) continue;
    const { device, memoryMb } = started;
    return { name, device, memoryMb, reason: reasonFor(name, considered), considered };
  }
  throw new BackendUnusableError('cpu', 'no back end passed its self-test, not even plain JavaScript');
}

function reasonFor(name: BackendName, considered: readonly ConsideredBackend[]): string {
  const skipped = considered.slice(0, -1).map((verdict) => verdict.name);
  if (skipped.length === 0) return `${name} is the fastest back end and passed the self-test.`;
  return `${name} is the fastest back end that can be used here; not used: ${skipped.join(', ')}.`;
}

/** The verdict on every back end, for a report to the user. Leaves the last usable one of them set. */
export async function probeBackends(options: BackendOptions = {}): Promise<ConsideredBackend[]> {
  const place = placeOf(options);
  const verdicts: ConsideredBackend[] = [];
  for (const name of backendNames) verdicts.push((await consider(name, place)).verdict);
  await setBackend('cpu');
  await ready();
  return verdicts;
}
