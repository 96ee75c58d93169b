/** The search methods, each in one sentence. */
import { type SweepMethod, sweepMethods } from '@plumage/contract';

const abouts: Readonly<Record<SweepMethod, string>> = {
  grid: 'Tries every combination of the values, once.',
  random: 'Draws each run on its own, by the distributions; a good first look, and any number in parallel.',
  sobol: 'Covers the space more evenly than random draws do, from the first runs on.',
  tpe: 'Learns where good runs lie, parameter by parameter; copes with conditions, categories and several metrics.',
  gp: 'Learns a smooth model of the metric; best with few, costly runs over up to about twenty numbers.',
  cmaes: 'Moves a cloud of draws uphill; best with many runs over numbers that depend on each other.',
  pbt: 'Trains a population side by side; the worst go on from the weights of the best, with changed values.',
  nsga2: 'Breeds configurations towards a front of several metrics at once.',
};

export const methods: readonly { readonly name: SweepMethod; readonly about: string }[] = sweepMethods.map(
  (name) => ({ name, about: abouts[name] }),
);

/** What a method does; W&B's `bayes` is its word for gp, and any other name says nothing. */
export const aboutMethod = (name: string): string => {
  const called = name === 'bayes' ? 'gp' : name;
  return methods.find((method) => method.name === called)?.about ?? '';
};
