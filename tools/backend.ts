/**
 * `npm run backend -- add NAME | remove NAME | list`: the optional back ends (see docs/adr/0004). They go into a
 * folder of their own, `.plumage/backends`, with a package.json that only this command writes, so the product's
 * dependencies and lock file never change and `npm ci` never removes them.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BackendName, backendNames, probeBackends, selectBackend } from '@plumage/compute';
import { explainFailure } from './backend-failure.ts';

/** The package behind each optional back end, at the version that its kernels are tested with. */
const packages: Partial<Record<BackendName, { name: string; version: string; needs: string }>> = {
  'tfjs-node-gpu': {
    name: '@tensorflow/tfjs-node-gpu',
    version: '4.22.0',
    needs: 'Its installation downloads libtensorflow from storage.googleapis.com; running it needs CUDA 11.',
  },
  'tfjs-node': {
    name: '@tensorflow/tfjs-node',
    version: '4.22.0',
    needs: 'Its installation downloads libtensorflow from storage.googleapis.com.',
  },
  webgpu: {
    name: 'webgpu',
    version: '0.6.2',
    needs: 'Running it needs a GPU driver with Vulkan, Metal or Direct3D 12.',
  },
};

const usage = `usage: npm run backend -- add NAME | remove NAME | list
NAME is one of: ${Object.keys(packages).join(', ')} (wasm and cpu are part of every installation)`;

const folder = fileURLToPath(new URL('../.plumage/backends', import.meta.url));

/** Runs npm in the back ends' folder; gives its exit code and what it printed. */
function npm(args: string[]): Promise<{ code: number; output: string }> {
  // The product installs without scripts, and npm hands that setting down; these packages need theirs.
  const options = ['--ignore-scripts=false', '--foreground-scripts', '--no-audit', '--no-fund'];
  return new Promise((resolve, reject) => {
    const child = spawn('npm', [...args, ...options], {
      cwd: folder,
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The folder with a package.json of its own: without one npm would take the product's. */
async function prepareFolder(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = { name: 'plumage-backends', private: true, description: 'Written by npm run backend' };
  try {
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function add(name: BackendName): Promise<number> {
  const wanted = packages[name];
  if (!wanted) return complain(`${name} is part of every installation: there is nothing to add.`);
  console.log(`Installing ${wanted.name} ${wanted.version} into ${folder} ...`);
  await prepareFolder();
  const { code, output } = await npm(['install', '--save-exact', `${wanted.name}@${wanted.version}`]);
  if (code !== 0) {
    console.error(`Back end ${name} was not installed: ${explainFailure(name, output)}`);
    console.error(`${wanted.needs} Plumage goes on with the back ends that it has (wasm is always there).`);
    return 1;
  }
  try {
    const { device } = await selectBackend(name, { folder });
    console.log(`Back end ${name} is installed and passes the self-test on ${device}.`);
    return 0;
  } catch (error) {
    console.error(`Back end ${name} is installed, but cannot be used yet.`);
    console.error(`${error instanceof Error ? error.message : String(error)} ${wanted.needs}`);
    return 1;
  }
}

async function remove(name: BackendName): Promise<number> {
  const wanted = packages[name];
  if (!wanted) return complain(`${name} is part of every installation and cannot be removed.`);
  if ((await installedVersion(wanted.name)) === null) return complain(`Back end ${name} is not installed.`);
  const { code, output } = await npm(['uninstall', wanted.name]);
  if (code !== 0) return complain(`Back end ${name} was not removed: ${explainFailure(name, output)}`);
  console.log(`Back end ${name} is removed.`);
  return 0;
}

async function installedVersion(packageName: string): Promise<string | null> {
  try {
    const manifest = await readFile(join(folder, 'node_modules', packageName, 'package.json'), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  } catch {
    // Not there is the ordinary case.
    return null;
  }
}

async function list(): Promise<number> {
  for (const { name, usable, why } of await probeBackends({ folder })) {
    const wanted = packages[name];
    const version = wanted ? await installedVersion(wanted.name) : 'built in';
    console.log(`${name.padEnd(14)}${(version ?? '-').padEnd(10)}${usable ? 'usable  ' : 'no      '}${why}`);
  }
  return 0;
}

function complain(sentence: string): number {
  console.error(sentence);
  return 1;
}

async function main([command, name]: string[]): Promise<number> {
  if (command === 'list') return list();
  if ((command === 'add' || command === 'remove') && backendNames.includes(name as BackendName)) {
    return command === 'add' ? add(name as BackendName) : remove(name as BackendName);
  }
  return complain(usage);
}

// Exits explicitly: a WebGPU device keeps the process alive.
process.exit(await main(process.argv.slice(2)));
