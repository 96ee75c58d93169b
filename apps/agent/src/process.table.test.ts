import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { preferAsVictim } from './process.table.ts';

const started: Array<ReturnType<typeof spawn>> = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('who is to end when memory runs out', () => {
  it.runIf(platform() === 'linux')('is the process that was named, before its starter', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    started.push(child);
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const scoreOf = (of: number): number => Number(readFileSync(`/proc/${of}/oom_score_adj`, 'utf8'));
    const own = scoreOf(process.pid);
    preferAsVictim(pid);
    expect(scoreOf(pid)).toBe(500);
    expect(scoreOf(process.pid)).toBe(own);
  });

  it('does not trouble whoever names a process that is gone', () => {
    expect(() => preferAsVictim(2 ** 30)).not.toThrow();
  });
});
