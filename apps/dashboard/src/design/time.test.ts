import { describe, expect, it } from 'vitest';
import { sayAgo, sayClock, sayDuration, sayMoment } from './time.tsx';

describe('times in words', () => {
  it('says how long ago', () => {
    const at = (past: number) => sayAgo(1_000_000_000 - past, 1_000_000_000);
    expect([0, 7_000, 61_000, 7_200_000, 400_000_000].map(at)).toEqual([
      'now',
      '7 s ago',
      '1 min ago',
      '2 h ago',
      '4 days ago',
    ]);
  });

  it('calls the future now, since clocks differ', () => {
    expect(sayAgo(2_000, 1_000)).toBe('now');
  });

  it('says durations', () => {
    expect([42_000, 720_000, 12_000_000, 7_200_000].map(sayDuration)).toEqual([
      '42 s',
      '12 min',
      '3 h 20 min',
      '2 h',
    ]);
  });

  it('says exact times the same in every browser, and a dash for none', () => {
    const at = new Date(2026, 10, 24, 1, 49, 25).getTime();
    expect([sayMoment(at), sayClock(at), sayMoment(Number.NaN)]).toEqual([
      '24 Nov 2026, 01:49:25',
      '01:49:25',
      '–',
    ]);
  });
});
