import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf } from './process.table.ts';
import { lockWorkFolder } from './work.lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const heldBy = (pid: number, startTime: string | null) =>
  writeFileSync(join(folder, 'agent.lock'), JSON.stringify({ pid, startTime }));

describe('the lock of a work folder', () => {
  it('is taken in a folder that does not exist yet, and given back', () => {
    const unlock = lockWorkFolder(join(folder, 'new', 'folder'));
    unlock();
    lockWorkFolder(join(folder, 'new', 'folder'))();
  });

  it('held by a living process is refused with its pid and what to do', () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    heldBy(other.pid ?? 0, startTimeOf(other.pid ?? 0));
    expect(() => lockWorkFolder(folder)).toThrow(
      `Another agent (pid ${other.pid}) works in ${folder}. Stop it, or give this one its own --work-dir and --name.`,
    );
    other.kill();
  });

  it('of a dead process, of a pid that is another process by now, and a torn one are taken over', () => {
    heldBy(2 ** 22 - 3, null);
    lockWorkFolder(folder)();
    heldBy(process.ppid, 'another-start');
    lockWorkFolder(folder)();
    writeFileSync(join(folder, 'agent.lock'), '{"pid":');
    lockWorkFolder(folder)();
  });

  it('in a place that cannot be a folder is refused in a sentence', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => lockWorkFolder(join(folder, 'file'))).toThrow(/^The work folder .*file cannot be used: /);
  });
});
