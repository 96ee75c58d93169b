import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runProgram } from './program.process.ts';

/** Says that it is ready, counts its signals, and ends with 10 + their number half a second after the first. */
const counting = `
import { writeFileSync } from 'node:fs';
let count = 0;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  count += 1;
  if (count === 1) setTimeout(() => process.exit(10 + count), 500);
});
setTimeout(() => process.exit(99), 20_000);
writeFileSync(process.argv[2], '');
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumage-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = async (source: string): Promise<string> => {
  const file = join(folder, 'program.mjs');
  await writeFile(file, source);
  return file;
};

describe('a program that is run in the foreground', () => {
  it('gives its own exit code, and that of a signal that ended it', async () => {
    expect(await runProgram(await program('process.exit(Number(process.argv[2]))'), ['7'])).toBe(7);
    expect(await runProgram(await program("process.kill(process.pid, 'SIGKILL')"), [])).toBe(137);
  });

  it('gets one keypress once, though the terminal and npm both pass it on', async () => {
    const ready = join(folder, 'ready');
    const ended = runProgram(await program(counting), [ready]);
    await vi.waitUntil(() => existsSync(ready), { timeout: 20_000 });
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect(await ended).toBe(11);
  });

  it('leaves no handler behind', async () => {
    const before = process.listenerCount('SIGINT');
    await runProgram(await program(''), []);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
