import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeSafetensors, FolderCheckpointStore, readCheckpoint } from '@plumage/training';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const interop = path.join(root, 'libs/training/src/interop/plain');
const weights = path.join(interop, 'trained.safetensors');

let folder = '';
let like = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'plumage-import-'));
  const model = decodeSafetensors(await readFile(path.join(interop, 'model.safetensors')), 'model');
  const state = JSON.parse(await readFile(path.join(interop, 'state.json'), 'utf8'));
  const none = { ...state, updates: { generator: 0, discriminator: 0 } };
  const store = new FolderCheckpointStore(path.join(folder, 'like'));
  like = (await store.write({ state: none, model, optimizer: new Map() })).folder;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'tools/import-weights.ts', ...args],
      { cwd: root },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, said: stdout + stderr }),
    );
  });

it('weights that PyTorch exported become a checkpoint of step 0, and what is wrong is said in a sentence', async () => {
  const out = path.join(folder, 'out');
  const { code, said } = await run('--weights', weights, '--like', like, '--out', out);
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('step-0000000000') });
  const written = await readCheckpoint(path.join(out, 'step-0000000000'));
  const trained = decodeSafetensors(await readFile(weights), 'trained');
  for (const [name, { data }] of trained) expect(written.model.get(name)?.data, name).toEqual(data);
  expect(written.optimizer.size).toBe(0);

  const missing = await run('--weights', path.join(folder, 'none'), '--like', like, '--out', out);
  expect(missing).toEqual({
    code: 1,
    said: expect.stringMatching(/none cannot be read: it is not there\n$/),
  });
}, 120_000);
