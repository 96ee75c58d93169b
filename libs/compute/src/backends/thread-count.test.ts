import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { threadCount } from './thread-count.ts';

describe('the number of threads', () => {
  it('is what the caller says, else what the environment says, else one a core', () => {
    expect(threadCount(3, { PLUMAGE_THREADS: '2' })).toBe(3);
    expect(threadCount(undefined, { PLUMAGE_THREADS: '2' })).toBe(2);
    expect(threadCount(undefined, { PLUMAGE_THREADS: '' })).toBe(availableParallelism());
    expect(threadCount(undefined, {})).toBe(availableParallelism());
  });

  it.each(['0', '65', '1.5', 'two', '-1'])('is not %s, and the message says where that came from', (said) => {
    expect(() => threadCount(undefined, { PLUMAGE_THREADS: said })).toThrow(
      `PLUMAGE_THREADS must be a whole number from 1 to 64, got ${said}`,
    );
    expect(() => threadCount(0, {})).toThrow('threads must be a whole number from 1 to 64, got 0');
  });
});
