/**
 * What must hold before any of our own TypeScript can run: a Node that is new enough and the packages of the
 * lock file. Plain JavaScript with Node's own modules only, since nothing is installed yet when it runs.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

const fail = (sentence) => {
  console.error(`plumage: ${sentence}`);
  process.exit(1);
};

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(
      `Node ${process.versions.node} is too old: Plumage needs ${OLDEST_NODE.join('.')} or newer (https://nodejs.org).`,
    );
  }
};

/** Runs npm quietly, with a sign of life every few seconds, and shows its output only if it fails. */
const npmInstall = (say, tests) =>
  new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(
      'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(tests ? [] : ['--omit=dev'])],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: process.platform === 'win32',
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const sign = setInterval(
      () => say(`installing packages (${Math.round((Date.now() - started) / 1000)} s)`),
      10_000,
    );
    child.on('error', (error) =>
      fail(`npm could not be started (${error.message}). It comes with Node: is it on the PATH?`),
    );
    child.on('exit', (code) => {
      clearInterval(sign);
      if (code === 0) return resolve();
      process.stderr.write(output);
      const hint = /ENOSPC/.test(output)
        ? 'the disk is full.'
        : 'its output is above. Is the npm registry reachable from here?';
      fail(`"npm ci" failed with code ${code}: ${hint}`);
    });
  });

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
};

/**
 * Whether node_modules holds what the lock file asks for. npm writes node_modules/.package-lock.json as the last
 * thing that it does, so that a half-finished install never looks whole. Platform packages are optional: skipped.
 */
const isInstalled = (tests) => {
  const installed = readPackages(`${root}node_modules/.package-lock.json`);
  return Object.entries(readPackages(`${root}package-lock.json`)).every(
    ([path, { version, link, optional, dev, devOptional }]) =>
      !path.startsWith('node_modules/') ||
      link ||
      optional ||
      (!tests && (dev || devOptional)) ||
      installed[path]?.version === version,
  );
};

/**
 * Checks Node and installs the packages that the lock file asks for and node_modules lacks.
 * @param {(sentence: string) => void} say where progress goes
 * @param {{ tests: boolean }} what whether the tools of the tests are needed too
 */
export const preflight = async (say, { tests }) => {
  checkNode();
  if (isInstalled(tests)) return;
  say('installing packages (first start, or the lock file changed)');
  const started = Date.now();
  await npmInstall(say, tests);
  say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
};
