/**
 * Why a child that left no last word of its own has ended. A kill by the kernel for want of memory looks like any
 * SIGKILL; the kernel's own counter tells them apart, because a run that ran out of memory must not be tried again
 * as it is, while a killed one should.
 */
import type { FailureClass } from '@plumage/contract';
import type { ChildExit } from './child.process.ts';

export interface Failure {
  readonly failureClass: FailureClass;
  readonly message: string;
}

export interface ExitEvidence {
  readonly exit: ChildExit;
  /** The kernel's count of out-of-memory kills before and after; undefined where it does not tell. */
  readonly oomKillsBefore: number | undefined;
  readonly oomKillsAfter: number | undefined;
  readonly peakMemoryMb: number | undefined;
  /** Its last lines of output. */
  readonly tail: readonly string[];
  /** What the process was for; default training. */
  readonly what?: 'training' | 'drawing';
}

const heapExhausted = /heap out of memory|allocation failed|out of memory|bad_alloc|ENOMEM/i;

const peak = (mb: number | undefined): string =>
  mb === undefined ? '' : ` Its peak was ${Math.round(mb)} MB.`;

export const classifyExit = (evidence: ExitEvidence): Failure => {
  const { exit, tail, peakMemoryMb, what = 'training' } = evidence;
  const kernelKilled = (evidence.oomKillsAfter ?? 0) > (evidence.oomKillsBefore ?? 0);
  if (exit.signal === 'SIGKILL' && kernelKilled) {
    const message = `The kernel ended the ${what} process because memory ran out.${peak(peakMemoryMb)}`;
    return { failureClass: 'out_of_memory', message };
  }
  if (exit.signal !== 'SIGKILL' && tail.some((line) => heapExhausted.test(line))) {
    const message = `The ${what} process ran out of memory.${peak(peakMemoryMb)}`;
    return { failureClass: 'out_of_memory', message };
  }
  const how = exit.signal === null ? `with code ${exit.code ?? 'unknown'}` : `by ${exit.signal}`;
  const said = tail.length === 0 ? '' : ` Its last lines: ${tail.slice(-5).join(' | ')}`;
  return {
    failureClass: 'crashed',
    message: `The ${what} process was ended ${how}.${said}`.slice(0, 2_000),
  };
};
