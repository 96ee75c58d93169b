/** `npm run chaos` in short, as a user starts it: the long form is for whoever changes the protocol. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const chaos = async (args: readonly string[]) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/chaos/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr, last: stdout.trim().split('\n').at(-1) ?? '' };
};

describe('npm run chaos', () => {
  it('kills twelve times, and nothing is lost and nothing comes twice', async () => {
    const { code, stderr, last } = await chaos([
      ...['--kills', '12', '--runs', '3', '--seed', '11', '--minutes', '9', '--json'],
    ]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(last)).toMatchObject({
      ...{ runsLost: 0, runsDoubled: 0, pointsMissing: 0, pointsDoubled: 0, orphanedBlobs: 0 },
      ...{ samplesMissing: 0, samplesDoubled: 0, weightsDiffer: 0, changesMissed: 0, changesDoubled: 0 },
      ...{ kills: 12, seed: 11 },
    });
  }, 600_000);

  it('says in one sentence what is wrong with how it was started', async () => {
    const { code, stderr } = await chaos(['--kills', 'many']);
    expect(code).toBe(1);
    expect(stderr).toBe('--kills is "many"; expected a whole number from 0 to 100000.\n');
  });
});
