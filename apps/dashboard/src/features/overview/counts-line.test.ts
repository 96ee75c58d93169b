import { describe, expect, it } from 'vitest';
import { countsLine } from './counts-line.ts';

describe('countsLine', () => {
  it('says what runs, and leaves out what is zero', () => {
    const none = { running: 0, queued: 0, failed: 0, finished: 0, agentsOnline: 0 };
    expect(countsLine(none)).toBe('0 running · no agent online');
    expect(countsLine({ running: 2, queued: 12, failed: 1, finished: 1_400, agentsOnline: 1 })).toBe(
      '2 running · 12 queued · 1 failed · 1,400 finished · 1 agent online',
    );
  });
});
