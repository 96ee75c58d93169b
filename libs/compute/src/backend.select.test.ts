import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackendNotInstalledError, BackendWrongError } from './backend.errors.ts';
import { probeBackends, selectBackend } from './backend.select.ts';
import { memoryReport } from './memory.report.ts';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'plumage-backends-'));
});
afterAll(() => rm(empty, { recursive: true }));

/** The optional packages may be installed beside the product on some machine; then they are not missing. */
function installed(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

describe('choosing a back end', () => {
  it('takes the best that works and says why, with a verdict on each better one', async () => {
    const selected = await selectBackend('auto', { folder: empty });
    expect(selected.considered.at(-1)).toMatchObject({ name: selected.name, usable: true });
    expect(selected.reason).toContain(selected.name);
    expect(selected.device).not.toBe('');
    if (!installed('@tensorflow/tfjs-node') && !existsSync('/dev/dri')) {
      expect(selected.name).toBe('wasm');
      expect(selected.considered.map(({ name }) => name)).toEqual([
        'tfjs-node-gpu',
        'tfjs-node',
        'webgpu',
        'wasm',
      ]);
    }
  });

  it.each(['wasm', 'cpu'] as const)('takes %s by name and sets it', async (name) => {
    const selected = await selectBackend(name, { folder: empty });
    expect(selected).toMatchObject({ name, considered: [{ name, usable: true }] });
    expect(tf.getBackend()).toBe(name);
  });

  it('refuses by name what is not installed, and says how to install it', async () => {
    const failure = selectBackend('tfjs-node-gpu', { folder: empty });
    await expect(failure).rejects.toBeInstanceOf(BackendNotInstalledError);
    await expect(failure).rejects.toMatchObject({ code: 'BACKEND_NOT_INSTALLED', backend: 'tfjs-node-gpu' });
    await expect(failure).rejects.toThrow('npm run backend -- add tfjs-node-gpu');
  });

  it('refuses a back end whose training step is wrong, and auto passes over it', async () => {
    await selectBackend('wasm', { folder: empty });
    const kernel = tf.getKernel('Conv2DBackpropFilter', 'wasm');
    const right = kernel.kernelFunc;
    Object.assign(kernel, {
      kernelFunc: (call: Parameters<typeof right>[0]) => {
        const info = right(call) as tf.TensorInfo;
        const numbers = tf.backend() as unknown as { typedArrayFromHeap(t: tf.TensorInfo): Float32Array };
        numbers.typedArrayFromHeap(info)[0] = 1e3;
        return info;
      },
    });
    try {
      const failure = selectBackend('wasm', { folder: empty });
      await expect(failure).rejects.toBeInstanceOf(BackendWrongError);
      await expect(failure).rejects.toThrow('gradient of');
      const selected = await selectBackend('auto', { folder: empty });
      expect(selected.name).not.toBe('wasm');
    } finally {
      Object.assign(kernel, { kernelFunc: right });
    }
  });

  it('leaves no tensor behind', async () => {
    await selectBackend('wasm', { folder: empty });
    const before = tf.memory().numTensors;
    await selectBackend('auto', { folder: empty });
    await probeBackends({ folder: empty });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves errors that nobody caught to Node, without the handlers of the WebAssembly runtime', async () => {
    const before = process.listenerCount('uncaughtException');
    await selectBackend('wasm', { folder: empty });
    expect(process.listenerCount('uncaughtException')).toBe(before);
    expect(String(process.listeners('unhandledRejection'))).not.toContain('throw reason');
  });
});

describe('the verdict on every back end', () => {
  it('names all of them once, best first', async () => {
    const verdicts = await probeBackends({ folder: empty });
    expect(verdicts.map(({ name }) => name)).toEqual(['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu']);
    expect(verdicts.slice(-2).every(({ usable }) => usable)).toBe(true);
  });
});

describe('memory', () => {
  it('counts tensors, and the heap of wasm that never shrinks', async () => {
    await selectBackend('wasm', { folder: empty });
    const before = memoryReport();
    const large = tf.zeros([1 << 23]);
    const during = memoryReport();
    large.dispose();
    expect(during.tensors).toBe(before.tensors + 1);
    expect(during.tensorsMb).toBeCloseTo(before.tensorsMb + 32, 3);
    expect(during.peakMb).toBeGreaterThanOrEqual(before.peakMb);
    expect(memoryReport().peakMb).toBe(during.peakMb);
  });
});

describe('a bundle', () => {
  it('finds the wasm binaries in the installed package', async () => {
    const here = dirname(fileURLToPath(import.meta.url));
    const outfile = join(here, '..', 'dist', 'bundle.test', 'main.mjs');
    await build({
      stdin: {
        contents:
          "import { selectBackend } from './index.ts'; console.log((await selectBackend('wasm', { threads: 2 })).name);",
        resolveDir: here,
      },
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      outfile,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: empty });
    await rm(dirname(outfile), { recursive: true });
    expect(stdout.trim()).toBe('wasm');
  });
});
