/**
 * A run's attempts as bars over its steps. How far a superseded attempt had come is not kept, only how much of it
 * still counts: so what was done again is a stub of fixed length, never a measured one.
 */
import { keptNothing, sayKept, sayPlace, sayReason, sayStart, type Attempt } from './attempt-words.ts';

export type BarTone = 'good' | 'bad' | 'ended';

export interface AttemptBar {
  readonly epoch: number;
  /** Shares of the axis, 0 to 1; equal where nothing was kept. */
  readonly from: number;
  readonly to: number;
  readonly redone: boolean;
  readonly tone: BarTone;
  readonly label: string;
}

export interface BarredRun {
  readonly step: number;
  readonly attempts: readonly Attempt[];
}

/** Where the axis ends: at what was reached, since early attempts of a long run would vanish on all of its steps. */
export const lastStepOf = (run: Pick<BarredRun, 'step'>): number => Math.max(1, run.step);

const toneOf = (outcome: Attempt['outcome']): BarTone => {
  if (outcome === null || outcome === 'FINISHED') return 'good';
  return outcome === 'FAILED' || outcome === 'LOST' ? 'bad' : 'ended';
};

const sayBar = (attempt: Attempt): string => {
  const reason = sayReason(attempt);
  const outcome = attempt.outcome === null ? 'running' : attempt.outcome.toLowerCase();
  const kept = keptNothing(attempt) ? 'nothing kept' : `kept ${sayKept(attempt)}`;
  const line = `Attempt ${attempt.epoch} on ${sayPlace(attempt)}: from ${sayStart(attempt)}, ${kept}, ${outcome}`;
  return reason === '' ? line : `${line}. ${reason}`;
};

/** One bar for each attempt, in their order. */
export const attemptBars = (run: BarredRun): readonly AttemptBar[] => {
  const end = lastStepOf(run);
  return run.attempts.map((attempt, i) => {
    const from = attempt.resumedFromStep;
    const reached = run.attempts[i + 1]?.resumedFromStep ?? run.step;
    const tone = toneOf(attempt.outcome);
    const to = keptNothing(attempt) ? from : Math.max(from, attempt.keptThroughStep ?? reached);
    return {
      epoch: attempt.epoch,
      from: from / end,
      to: Math.min(1, to / end),
      // One that was paused or given back has left a checkpoint at its very end.
      redone: keptNothing(attempt) || (tone === 'bad' && attempt.keptThroughStep !== null),
      tone,
      label: sayBar(attempt),
    };
  });
};
