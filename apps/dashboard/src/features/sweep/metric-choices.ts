/** The metrics whose curves a sweep's page offers, the one that it shows first in front. */
export interface ChoosingSweep {
  readonly trainer: string;
  readonly metricName: string | null;
  readonly metricKeys: readonly string[];
}

const mostChoices = 3;
const losses = ['g/loss', 'd/loss'];

/** The losses for the trainer that reports them; of a program of one's own, what it has reported. */
export const metricChoices = (sweep: ChoosingSweep): readonly string[] => {
  const usual = sweep.trainer === 'gan-cls' ? losses : sweep.metricKeys;
  const keys = sweep.metricName === null ? usual : [sweep.metricName, ...usual];
  return [...new Set(keys)].slice(0, mostChoices);
};
