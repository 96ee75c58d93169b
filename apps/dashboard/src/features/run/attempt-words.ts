/** What a person reads of an attempt: who took the run, from where, how it ended, what of it still counts. */
import { failureClasses, failurePolicies } from '@plumage/contract';
import { formatStep } from '@plumage/charts';
import type { Run } from './run.page.tsx';

export type Attempt = Run['attempts'][number];

export const sayPlace = (attempt: Pick<Attempt, 'agentName' | 'slotIndex'>): string =>
  `${attempt.agentName}, slot ${attempt.slotIndex}`;

export const sayStart = ({ resumedFromStep }: Pick<Attempt, 'resumedFromStep'>): string =>
  resumedFromStep === 0 ? 'the start' : `step ${formatStep(resumedFromStep)}`;

/** "attempt 2 · agent-b, slot 0 · from step 40", a heading in the log. */
export const sayAttempt = (attempts: readonly Attempt[], epoch: number): string => {
  const attempt = attempts.find((one) => one.epoch === epoch);
  if (attempt === undefined) return `attempt ${epoch}`;
  return `attempt ${epoch} · ${sayPlace(attempt)} · from ${sayStart(attempt)}`;
};

/** Whether a later attempt did all of this one's steps again, also where it only repeats the step it began at. */
export const keptNothing = (attempt: Pick<Attempt, 'resumedFromStep' | 'keptThroughStep'>): boolean => {
  const { keptThroughStep: kept, resumedFromStep: from } = attempt;
  return kept !== null && (kept < 0 || (from > 0 && kept <= from));
};

export const sayKept = (attempt: Pick<Attempt, 'resumedFromStep' | 'keptThroughStep'>): string => {
  if (keptNothing(attempt)) return 'nothing kept';
  return attempt.keptThroughStep === null ? 'all' : `to step ${formatStep(attempt.keptThroughStep)}`;
};

/** The cause and the remedy of a failure's class; null for a class that this page does not know. */
export const sayFailure = (failureClass: string | null): string | null => {
  const known = failureClasses.find((one) => one === failureClass);
  return known === undefined ? null : failurePolicies[known].sentence;
};

/** "out of memory" for out_of_memory. */
export const sayClass = (failureClass: string): string => failureClass.replaceAll('_', ' ');

/** Why it ended, in words: the class's sentence, and what the agent said where that says more. */
export const sayReason = ({ failureClass, message }: Pick<Attempt, 'failureClass' | 'message'>): string => {
  const sentence = sayFailure(failureClass);
  const said = message !== null && sentence?.startsWith(message) === true ? null : message;
  return [sentence, said].filter((part) => part !== null).join(' ');
};

/** MiB as people say them: 812 MiB, 3.4 GiB. */
export const sayMemory = (mib: number | null): string => {
  if (mib === null) return '–';
  return mib < 1_024 ? `${Math.round(mib)} MiB` : `${(mib / 1_024).toFixed(1)} GiB`;
};
