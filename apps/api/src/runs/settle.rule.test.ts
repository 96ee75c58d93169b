import { failureClasses, runTransitions } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { judgeSettle, type SettleFacts } from './settle.rule.ts';

const facts: SettleFacts = {
  outcome: 'FINISHED',
  failureClass: null,
  command: 'CONTINUE',
  sweepCancelled: false,
  retries: 0,
  maxFailures: 2,
  resumed: true,
  progressed: false,
};

describe('what an outcome leads to', () => {
  it('stays within the contract’s transitions whatever is combined', () => {
    for (const outcome of ['FINISHED', 'PRUNED', 'CANCELLED', 'PAUSED', 'RELEASED', 'FAILED'] as const)
      for (const command of ['CONTINUE', 'CANCEL', 'PAUSE', 'PRUNE'] as const)
        for (const failureClass of failureClasses)
          for (const retries of [0, 5])
            for (const sweepCancelled of [false, true]) {
              const { to } = judgeSettle({
                ...facts,
                outcome,
                command,
                failureClass,
                retries,
                sweepCancelled,
              });
              expect(runTransitions.RUNNING).toContain(to);
            }
  });

  it('a release is no failure: the run is queued again without penalty', () => {
    expect(judgeSettle({ ...facts, outcome: 'RELEASED', retries: 1 })).toEqual({
      ...{ to: 'QUEUED', outcome: 'RELEASED', backsOff: false, retries: 1, damages: false },
      ...{ blamesSlot: null, failureClass: null },
    });
  });

  it('a run that was told to stop is not queued again because its agent released it or crashed', () => {
    expect(judgeSettle({ ...facts, outcome: 'RELEASED', command: 'CANCEL' }).to).toBe('CANCELLED');
    expect(judgeSettle({ ...facts, outcome: 'FAILED', failureClass: 'crashed', command: 'CANCEL' }).to).toBe(
      'CANCELLED',
    );
    expect(judgeSettle({ ...facts, outcome: 'RELEASED', command: 'PRUNE' }).to).toBe('PRUNED');
    expect(judgeSettle({ ...facts, outcome: 'RELEASED', sweepCancelled: true }).to).toBe('CANCELLED');
  });

  it('a pause by a person keeps the run; a pause of the slot or the sweep gives it back to the queue', () => {
    expect(judgeSettle({ ...facts, outcome: 'PAUSED', command: 'PAUSE' }).to).toBe('PAUSED');
    expect(judgeSettle({ ...facts, outcome: 'PAUSED' })).toMatchObject({ to: 'QUEUED', outcome: 'RELEASED' });
  });

  for (const failureClass of ['out_of_memory', 'diverged', 'user_error'] as const) {
    it(`${failureClass} is never tried again, whatever progress was made`, () => {
      expect(judgeSettle({ ...facts, outcome: 'FAILED', failureClass, progressed: true })).toMatchObject({
        ...{ to: 'FAILED', backsOff: false },
      });
    });
  }

  for (const failureClass of ['lost_agent', 'crashed', 'storage_full'] as const) {
    const failed = { ...facts, outcome: 'FAILED', failureClass } as const;

    it(`${failureClass} is tried again until max_failures`, () => {
      expect(judgeSettle({ ...failed, retries: 1 })).toMatchObject({
        to: 'QUEUED',
        backsOff: true,
        retries: 2,
      });
      expect(judgeSettle({ ...failed, retries: 2 })).toMatchObject({
        to: 'FAILED',
        backsOff: false,
        retries: 2,
      });
    });

    it(`${failureClass} after a newer checkpoint begins the count anew`, () => {
      expect(judgeSettle({ ...failed, retries: 2, progressed: true })).toMatchObject({
        ...{ to: 'QUEUED', backsOff: true, retries: 1 },
      });
      expect(judgeSettle({ ...failed, maxFailures: 0, progressed: true }).to).toBe('FAILED');
    });
  }

  it('checkpoint_corrupt is tried again at once, damages the checkpoint and blames nobody', () => {
    const corrupt = { ...facts, outcome: 'FAILED', failureClass: 'checkpoint_corrupt', retries: 2 } as const;
    expect(judgeSettle(corrupt)).toEqual({
      ...{ to: 'QUEUED', outcome: 'FAILED', failureClass: 'checkpoint_corrupt', blamesSlot: null },
      ...{ backsOff: false, retries: 2, damages: true },
    });
    expect(judgeSettle({ ...corrupt, command: 'CANCEL' })).toMatchObject({ to: 'CANCELLED', damages: true });
  });

  it('checkpoint_corrupt of an attempt that read none is a crash', () => {
    const claim = {
      ...facts,
      outcome: 'FAILED',
      failureClass: 'checkpoint_corrupt',
      resumed: false,
    } as const;
    expect(judgeSettle(claim)).toMatchObject({
      ...{
        to: 'QUEUED',
        failureClass: 'crashed',
        backsOff: true,
        retries: 1,
        damages: false,
        blamesSlot: true,
      },
    });
  });
});
