import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Failure } from './child.failure.ts';
import { type WatchOptions, watchChild } from './child.watch.ts';

/** No process has this number, so that only what is told counts. */
const nobody = 2 ** 30;

let now: number;
let ends: Failure[];
let peaks: number[];

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  ends = [];
  peaks = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const watch = (options: Partial<WatchOptions>): (() => void) =>
  watchChild({
    pid: nobody,
    memoryLimitMb: undefined,
    stallMs: 0,
    told: () => undefined,
    progressAt: () => 0,
    onPeak: (peakMb) => void peaks.push(peakMb),
    end: (failure) => void ends.push(failure),
    now: () => now,
    pollMs: 10,
    ...options,
  });

describe('a training process that is watched', () => {
  it('is ended once, as out of memory, when it takes more than its slot may', () => {
    let rssMb = 900;
    watch({ memoryLimitMb: 1000, told: () => ({ rssMb, peakMb: rssMb + 50 }) });
    vi.advanceTimersByTime(30);
    expect(ends).toEqual([]);
    rssMb = 1100;
    vi.advanceTimersByTime(100);
    expect(ends).toEqual([
      {
        failureClass: 'out_of_memory',
        message:
          "The training process used 1100 MB; the slot's limit is 1000 MB (--memory-limit-mb). Its peak was 1150 MB.",
      },
    ]);
  });

  it('is not ended for a peak that has passed, which is reported', () => {
    watch({ memoryLimitMb: 1000, told: () => ({ rssMb: 800, peakMb: 1200 }) });
    vi.advanceTimersByTime(50);
    expect(ends).toEqual([]);
    expect(peaks.at(-1)).toBe(1200);
  });

  it('is ended as crashed when it lives without progress for longer than it may', () => {
    let progressAt = 0;
    watch({ stallMs: 180_000, progressAt: () => progressAt });
    now = 180_000;
    vi.advanceTimersByTime(10);
    progressAt = 100_000;
    now = 270_000;
    vi.advanceTimersByTime(10);
    expect(ends).toEqual([]);
    now = 280_001;
    vi.advanceTimersByTime(100);
    expect(ends).toHaveLength(1);
    expect(ends[0]?.failureClass).toBe('crashed');
    expect(ends[0]?.message).toMatch(/no progress for 3 minutes \(--stall-ms 180000\)/);
  });

  it('may take any time and memory without limits', () => {
    watch({ told: () => ({ rssMb: 1e6, peakMb: 1e6 }) });
    now = 1e9;
    vi.advanceTimersByTime(100);
    expect(ends).toEqual([]);
  });

  it('is left alone once watching has ended', () => {
    const stop = watch({ memoryLimitMb: 1, told: () => ({ rssMb: 2, peakMb: 2 }) });
    stop();
    vi.advanceTimersByTime(100);
    expect(ends).toEqual([]);
  });

  it('is measured from outside where the system tells, whatever it says of itself', async () => {
    vi.useRealTimers();
    if (process.platform !== 'linux') return;
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      await once(child, 'spawn');
      watch({ pid: child.pid ?? nobody, memoryLimitMb: 1, told: () => undefined });
      await vi.waitFor(() => expect(ends[0]?.failureClass).toBe('out_of_memory'), { timeout: 30_000 });
    } finally {
      child.kill('SIGKILL');
    }
  });
});
