/**
 * Compiles libs/compute/assembly to WebAssembly and writes it, as base64 in a TypeScript file, where the wasm
 * back end finds it both from source and from a bundle. `--check` compiles and compares without writing.
 * The compiler is the npm package assemblyscript: no download, no toolchain.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../libs/compute/assembly/index.ts', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/assemblyscript/bin/asc.js', import.meta.url));
const target = fileURLToPath(new URL('../libs/compute/src/generated/kernel-binary.ts', import.meta.url));

/** Every processor with SIMD runs `simd`; `relaxed` has fused multiply-adds, which newer engines know. */
const builds = { simd: 'simd,threads', relaxed: 'simd,relaxed-simd,threads' } as const;

async function compile(features: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'plumage-kernels-'));
  try {
    const binary = join(folder, 'kernels.wasm');
    const options = [
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      features,
      '--importMemory',
      // Threads may share it; it has the bound of tfjs's.
      '--sharedMemory',
      '--initialMemory',
      '1',
      '--maximumMemory',
      '65536',
    ];
    const args = [compiler, source, ...options, '--use', 'abort=', '--outFile', binary];
    await promisify(execFile)(process.execPath, args);
    return await readFile(binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function constant(name: string, binary: Buffer): string[] {
  const lines = binary.toString('base64').match(/.{1,100}/g) ?? [];
  return [`export const ${name} = [`, ...lines.map((line) => `  '${line}',`), "].join('');"];
}

const text = [
  '/** Generated from libs/compute/assembly by `npm run kernels`; do not edit. */',
  ...constant('simdKernels', await compile(builds.simd)),
  ...constant('relaxedSimdKernels', await compile(builds.relaxed)),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== text) {
    console.error('libs/compute/src/generated/kernel-binary.ts is out of date: run `npm run kernels`.');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, text);
  console.log(`wrote ${target}`);
}
