/**
 * What must hold before any of our own TypeScript can run: a Node that is new enough and the packages of the
 * lock file. Plain JavaScript with Node's own modules only, since nothing is installed yet when it runs.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];
const stampFile = `${root}node_modules/.plumage-lock-sha256`;

const fail = (sentence) => {
  console.error(`plumage: ${sentence}`);
  process.exit(1);
};

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(`Node ${process.versions.node} is too old: Plumage needs ${OLDEST_NODE.join('.')} or newer (https://nodejs.org).`);
  }
};

/** Runs npm quietly, with a sign of life every few seconds, and shows its output only if it fails. */
const npmInstall = (say) =>
  new Promise((resolve) => {
    const started = Date.now();
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const sign = setInterval(() => say(`installing packages (${Math.round((Date.now() - started) / 1000)} s)`), 10_000);
    child.on('error', (error) => fail(`npm could not be started (${error.message}). It comes with Node: is it on the PATH?`));
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

/**
 * Checks Node and installs the packages if the lock file changed since the last time.
 * @param {(sentence: string) => void} say where progress goes
 */
export const preflight = async (say) => {
  checkNode();
  const wanted = createHash('sha256').update(readFileSync(`${root}package-lock.json`)).digest('hex');
  const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (installed === wanted) return;
  say('installing packages (first start, or the lock file changed)');
  const started = Date.now();
  await npmInstall(say);
  writeFileSync(stampFile, wanted);
  say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
};
