/** The metrics whose curves a sweep's page offers, the one that it shows first in front. */
import { type BuiltInTrainer, isBuiltIn } from '@plumage/contract';

export interface ChoosingSweep {
  readonly trainer: string;
  readonly metricName: string | null;
  readonly metricKeys: readonly string[];
}

const mostChoices = 3;
const losses: Readonly<Record<BuiltInTrainer, readonly string[]>> = {
  'gan-cls': ['g/loss', 'd/loss'],
  'text-encoder': ['train/loss'],
  'style-encoder': ['train/loss'],
};

/** The losses for the trainer that reports them; of a program of one's own, what it has reported. */
export const metricChoices = (sweep: ChoosingSweep): readonly string[] => {
  const usual = isBuiltIn(sweep.trainer) ? losses[sweep.trainer] : sweep.metricKeys;
  const keys = sweep.metricName === null ? usual : [sweep.metricName, ...usual];
  return [...new Set(keys)].slice(0, mostChoices);
};
