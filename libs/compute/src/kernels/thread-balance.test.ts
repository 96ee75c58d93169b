import { describe, expect, it } from 'vitest';
import { ThreadBalance } from './thread-balance.ts';

/** A job in which this thread did half of eight parts in 1 ms, and that was done after `totalMs`. */
const job = (totalMs: number) => ({ parts: 8, own: 4, ownMs: 1, totalMs });

/** Jobs done alone until sharing is tried again. */
const pause = (balance: ThreadBalance): number => {
  for (let jobs = 0; ; jobs += 1) if (balance.shares()) return jobs;
};

describe('the balance of threads', () => {
  it('shares as long as that is faster than one thread', () => {
    const balance = new ThreadBalance();
    for (let jobs = 0; jobs < 1000; jobs += 1) {
      expect(balance.shares()).toBe(true);
      balance.learn(job(1.1));
    }
    // Now and then one that takes ten times as long is nothing.
    for (let jobs = 0; jobs < 1000; jobs += 1) balance.learn(job(jobs % 50 === 0 ? 10 : 1.1));
    expect(pause(balance)).toBe(0);
  });

  it('leaves the other threads alone while waiting for them takes longer, and tries again ever later', () => {
    const balance = new ThreadBalance();
    const pauses = Array.from({ length: 10 }, () => {
      balance.learn(job(30));
      return pause(balance);
    });
    expect(pauses).toEqual([64, 128, 256, 512, 1024, 2048, 4096, 8192, 8192, 8192]);
  });

  it('tries again soon once sharing has paid', () => {
    const balance = new ThreadBalance();
    for (let tries = 0; tries < 5; tries += 1) {
      balance.learn(job(30));
      pause(balance);
    }
    for (let jobs = 0; jobs < 200; jobs += 1) balance.learn(job(1.1));
    balance.learn(job(60));
    expect(pause(balance)).toBe(64);
  });

  it('learns nothing from a job that one thread did by itself', () => {
    const balance = new ThreadBalance();
    balance.learn({ parts: 8, own: 8, ownMs: 1, totalMs: 100 });
    balance.learn({ parts: 8, own: 0, ownMs: 0, totalMs: 100 });
    expect(pause(balance)).toBe(0);
  });
});
