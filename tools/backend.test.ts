import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { explainFailure } from './backend-failure.ts';

/** What npm printed when the host was out of reach (npm 11.19, shortened). */
const unreachable = `> @tensorflow/tfjs-node@4.22.0 install
CPU-linux-4.22.0.tar.gz
* Downloading libtensorflow
Error: getaddrinfo ENOTFOUND storage.googleapis.com
    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)
npm error code 1
npm error A complete log of this run can be found in: debug-0.log`;

describe('why a back end was not installed', () => {
  it('names the host that is out of reach', () => {
    expect(explainFailure('tfjs-node', unreachable)).toContain('storage.googleapis.com cannot be reached');
  });

  it('says that there is no binary when npm tried to compile one', () => {
    expect(explainFailure('tfjs-node', 'npm error gyp ERR! build error')).toContain(process.version);
  });

  it('otherwise gives npm’s own last reason', () => {
    const output =
      'npm error code E404\nnpm error 404 no such package\nnpm error A complete log of this run ...';
    expect(explainFailure('webgpu', output)).toBe('404 no such package');
    expect(explainFailure('webgpu', '')).toBe('npm gave no reason.');
  });
});

describe('npm run backend', () => {
  const script = fileURLToPath(new URL('./backend.ts', import.meta.url));
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...args]);

  it('explains itself when asked for nothing or for an unknown name', async () => {
    await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('usage:') });
    await expect(run('add', 'cuda')).rejects.toMatchObject({
      stderr: expect.stringContaining('tfjs-node-gpu'),
    });
  });

  it('does not add what is always there', async () => {
    await expect(run('add', 'wasm')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('part of every installation'),
    });
  });
});
