/** What a person reads of an attempt: who took the run, from where, how it ended, what of it still counts. */
import { failureClasses, failurePolicies } from '@plumage/contract';
import { formatStep } from '@plumage/charts';
import type { Run } from './run.page.tsx';

export type Attempt = Run['attempts'][number];

export const sayPlace = (attempt: Pick<Attempt, 'agentName' | 'slotIndex'>): string =>
  `${attempt.agentName}, slot ${attempt.slotIndex}`;

/** "attempt 2 · agent-b, slot 0 · from step 40", a heading in the log. */
export const sayAttempt = (attempts: readonly Attempt[], epoch: number): string => {
  const attempt = attempts.find((one) => one.epoch === epoch);
  if (attempt === undefined) return `attempt ${epoch}`;
  const from =
    attempt.resumedFromStep === 0 ? 'from the start' : `from step ${formatStep(attempt.resumedFromStep)}`;
  return `attempt ${epoch} · ${sayPlace(attempt)} · ${from}`;
};

/** The cause and the remedy of a failure's class; null for a class that this page does not know. */
export const sayFailure = (failureClass: string | null): string | null => {
  const known = failureClasses.find((one) => one === failureClass);
  return known === undefined ? null : failurePolicies[known].sentence;
};
