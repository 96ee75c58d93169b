import { describe, expect, it } from 'vitest';
import { throttle } from './throttle.ts';

const manualTimers = () => {
  let time = 0;
  let due: { at: number; callback: () => void } | null = null;
  return {
    timers: {
      now: () => time,
      set: (callback: () => void, ms: number) => {
        due = { at: time + ms, callback };
        return due;
      },
      clear: () => {
        due = null;
      },
    },
    advance: (ms: number) => {
      time += ms;
      if (due !== null && due.at <= time) {
        const { callback } = due;
        due = null;
        callback();
      }
    },
  };
};

describe('throttle', () => {
  it('works at once, then at most once an interval, and never loses the last call', () => {
    const { timers, advance } = manualTimers();
    let count = 0;
    const throttled = throttle(() => (count += 1), 1_000, timers);
    for (let i = 0; i < 50; i += 1) throttled.call();
    expect(count).toBe(1);
    advance(1_000);
    expect(count).toBe(2);
    advance(5_000);
    expect(count).toBe(2);
    throttled.call();
    expect(count).toBe(3);
  });

  it('does nothing after it was cancelled', () => {
    const { timers, advance } = manualTimers();
    let count = 0;
    const throttled = throttle(() => (count += 1), 1_000, timers);
    throttled.call();
    throttled.call();
    throttled.cancel();
    advance(2_000);
    expect(count).toBe(1);
  });
});
