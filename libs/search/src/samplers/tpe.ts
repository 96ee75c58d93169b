/**
 * The tree-structured Parzen estimator: Bergstra, Bardenet, Bengio & Kegl, Algorithms for Hyper-Parameter Optimization
 * (2011), with the joint density of all parameters and the settings of Optuna 5 as Watanabe, Tree-Structured Parzen
 * Estimator (arXiv 2304.11127, 2023) explains them. Runs are split into better and worse ones (tpe/split.ts), a density
 * is estimated of each (tpe/parzen.ts), and of 24 draws from that of the better ones the one is taken at which the
 * quotient of the two densities, which grows with the expected improvement, is largest.
 *
 * With several metrics it is MOTPE (tpe/split-by-front.ts).
 */
import type { Assignment } from '@plumage/contract';
import { fresh, type Observation, type Sampler, suggestionKey } from '../sampler.ts';
import type { Space } from '../space/space.ts';
import { placesOf } from './tpe/places.ts';
import { proposeJointly, proposeOneByOne } from './tpe/propose.ts';
import { hasResult, split } from './tpe/split.ts';

/** So many results before the first density. */
const START_UP = 10;

/** Points that are allowed and that no run has; where a parameter is continuous two never have the same. */
const openTo = (space: Space, history: readonly Observation[]): ((assignment: Assignment) => boolean) => {
  if (space.size === Number.POSITIVE_INFINITY) return (assignment) => space.allows(assignment);
  const taken = new Set(history.map(({ assignment }) => suggestionKey({ assignment })));
  return (assignment) => space.allows(assignment) && !taken.has(suggestionKey({ assignment }));
};

export const tpeSampler: Sampler = {
  method: 'tpe',
  usesHistory: true,
  enumerates: false,
  suggest(space, history, rng, { attempt, objectives }) {
    const results = history.reduce((count, run) => count + Number(hasResult(run)), 0);
    if (results < START_UP || attempt > 0) return fresh(space.draw(rng));
    const propose = objectives > 1 ? proposeOneByOne : proposeJointly;
    const proposed = propose(placesOf(space), split(history, objectives), openTo(space, history), rng);
    return fresh(proposed ?? space.draw(rng));
  },
};
