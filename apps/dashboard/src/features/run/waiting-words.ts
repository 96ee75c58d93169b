/** Why a run that has failed is in the queue again, and when it is tried. */
import { sayClass, sayFailure } from './attempt-words.ts';

export interface WaitingRun {
  readonly state: string;
  readonly notBefore: string | null;
  readonly retries: number;
  readonly failureClass: string | null;
  readonly sweep: { readonly maxFailures: number };
}

/** Null for a run that does not wait after a failure. */
export const sayWaiting = (run: WaitingRun, nowMs: number): string | null => {
  const { retries, failureClass } = run;
  if (run.state !== 'QUEUED') return null;
  if (retries === 0) return failureClass === 'checkpoint_corrupt' ? sayFailure(failureClass) : null;
  const left = run.notBefore === null ? 0 : Math.ceil((Date.parse(run.notBefore) - nowMs) / 1_000);
  const when = left > 0 ? `in ${left} s` : 'as soon as an agent is free';
  const why =
    failureClass === null
      ? 'It failed.'
      : (sayFailure(failureClass) ?? `It failed: ${sayClass(failureClass)}.`);
  return `${why} Tried again ${when} (${retries} of ${run.sweep.maxFailures} failures in a row).`;
};
