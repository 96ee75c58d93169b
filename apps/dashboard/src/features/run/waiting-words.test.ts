import { describe, expect, it } from 'vitest';
import { sayWaiting, type WaitingRun } from './waiting-words.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const failed: WaitingRun = {
  ...{ state: 'QUEUED', notBefore: '2026-01-01T00:00:11.500Z', retries: 2, failureClass: 'crashed' },
  sweep: { maxFailures: 3 },
};

describe('a run that waits after a failure', () => {
  it('says why, when it is tried again, and how often it has failed', () => {
    const said = sayWaiting(failed, now);
    expect(said).toMatch(/^The training process ended unexpectedly\./);
    expect(said).toContain('Tried again in 12 s (2 of 3 failures in a row).');
    expect(sayWaiting(failed, now + 60_000)).toContain('as soon as an agent is free');
  });

  it('says that a damaged checkpoint was left behind, which counts as no failure', () => {
    expect(sayWaiting({ ...failed, retries: 0, failureClass: 'checkpoint_corrupt' }, now)).toContain(
      'the one before',
    );
  });

  it('says nothing otherwise', () => {
    expect(sayWaiting({ ...failed, state: 'RUNNING' }, now)).toBeNull();
    expect(sayWaiting({ ...failed, retries: 0 }, now)).toBeNull();
  });
});
