/**
 * Which runs the model is made of when there are more than it can bear: a process of n points costs n^3. Half of them
 * are the best there are, where the optimum is sought; the other half are spread evenly over the rest in order of
 * loss, so that the model knows bad regions too. A pure function of the results.
 */
import type { Evidence } from './losses.ts';

/** 160 points cost a factorisation of about 1.5 ms. */
const MOST = 160;

export const representatives = (evidence: readonly Evidence[], most = MOST): readonly Evidence[] => {
  if (evidence.length <= most) return evidence;
  const ranked = evidence.toSorted((a, b) => a.loss - b.loss || a.run.number - b.run.number);
  const half = most >> 1;
  const rest = ranked.slice(half);
  const spread = Array.from(
    { length: most - half },
    (_, i) => rest[Math.floor(((i + 0.5) * rest.length) / (most - half))] as Evidence,
  );
  return [...ranked.slice(0, half), ...spread];
};
