import { describe, expect, it } from 'vitest';
import { judgeAttempt } from './attempt.verdict.ts';
import { classifyExit, type ExitEvidence } from './child.failure.ts';
import type { Ended } from './spool/spool.record.ts';

const crash = () => ({ failureClass: 'crashed', message: 'gone' }) as const;
const ended = (outcome: Ended['outcome']): Ended => ({
  type: 'ended',
  outcome,
  step: 9,
  failureClass: outcome === 'failed' ? 'diverged' : null,
  message: outcome === 'failed' ? 'd/loss is not finite at step 9.' : null,
});

describe('the verdict on an attempt', () => {
  it('is FINISHED for a finished run, also when it was told to stop at that moment', () => {
    expect(judgeAttempt(ended('finished'), undefined, crash).outcome).toBe('FINISHED');
    expect(judgeAttempt(ended('finished'), 'prune', crash).outcome).toBe('FINISHED');
  });

  it('is FAILED with the child’s own class and message', () => {
    expect(judgeAttempt(ended('failed'), undefined, crash)).toEqual({
      outcome: 'FAILED',
      failureClass: 'diverged',
      failureMessage: 'd/loss is not finite at step 9.',
    });
  });

  it.each([
    ['prune', 'PRUNED'],
    ['cancel', 'CANCELLED'],
    ['pause', 'PAUSED'],
    ['drain', 'RELEASED'],
    ['shutdown', 'RELEASED'],
  ] as const)('after %s is %s, whether the child could say so or had to be killed', (stop, outcome) => {
    expect(judgeAttempt(ended('stopped'), stop, crash).outcome).toBe(outcome);
    expect(judgeAttempt(undefined, stop, crash).outcome).toBe(outcome);
  });

  it('is RELEASED for a child that stopped because its agent was gone', () => {
    expect(judgeAttempt(ended('stopped'), undefined, crash).outcome).toBe('RELEASED');
  });

  it('is what the exit tells for a child that vanished', () => {
    expect(judgeAttempt(undefined, undefined, crash)).toEqual({
      outcome: 'FAILED',
      failureClass: 'crashed',
      failureMessage: 'gone',
    });
  });
});

describe('an exit without a last word', () => {
  const evidence = (more: Partial<ExitEvidence>): ExitEvidence => ({
    exit: { code: null, signal: 'SIGKILL' },
    oomKillsBefore: 3,
    oomKillsAfter: 3,
    peakMemoryMb: 812.4,
    tail: [],
    ...more,
  });

  it('by SIGKILL is out of memory only when the kernel has counted such a kill meanwhile', () => {
    expect(classifyExit(evidence({ oomKillsAfter: 4 }))).toEqual({
      failureClass: 'out_of_memory',
      message: 'The kernel ended the training process because memory ran out. Its peak was 812 MB.',
    });
    expect(classifyExit(evidence({}))).toMatchObject({ failureClass: 'crashed' });
    expect(classifyExit(evidence({ oomKillsBefore: undefined, oomKillsAfter: undefined }))).toMatchObject({
      failureClass: 'crashed',
      message: 'The training process was ended by SIGKILL.',
    });
  });

  it('by V8’s own abort is out of memory', () => {
    const tail = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'];
    const exit = { code: null, signal: 'SIGABRT' } as const;
    expect(classifyExit(evidence({ exit, tail })).failureClass).toBe('out_of_memory');
  });

  it('with a code is a crash that repeats the last lines', () => {
    const exit = { code: 139, signal: null };
    expect(classifyExit(evidence({ exit, tail: ['one', 'two'] })).message).toBe(
      'The training process was ended with code 139. Its last lines: one | two',
    );
  });
});
