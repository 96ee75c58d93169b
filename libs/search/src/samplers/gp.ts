/**
 * Bayesian optimisation with a Gaussian process: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006)
 * for the model; Snoek, Larochelle & Adams, Practical Bayesian Optimization of Machine Learning Algorithms (2012) for
 * Matern-5/2 with a length scale for each parameter; Ament et al., Unexpected Improvements to Expected Improvement
 * (2023) for what is climbed; Ginsbourger, Le Riche & Carraro, Kriging Is Well-Suited to Parallelize Optimization
 * (2010) for runs that go on. gp/ has a file for each.
 *
 * The first runs are spread evenly, as Sobol search does. Conditional parameters are in the model with all others
 * (gp/points.ts); what stopped and failed runs count for is in gp/losses.ts; how 10,000 runs are borne, in
 * gp/model.ts and gp/representatives.ts.
 */
import type { Rng } from '@plumage/contract';
import { fresh, type Observation, type Sampler } from '../sampler.ts';
import type { Space } from '../space/space.ts';
import { Acquisition } from './gp/acquisition.ts';
import { modelOf } from './gp/model.ts';
import { type PointSpace, pointSpaceOf } from './gp/points.ts';
import { type Effort, propose } from './gp/propose.ts';
import { sobolSampler } from './sobol.ts';

/** So many results before the first model. */
const START_UP = 10;
/** Pending runs beyond the newest so many are left out. */
const MOST_PENDING = 64;
/** The acquisition is looked at around so many of the best runs. */
const BEST_RUNS = 5;

/** From so many points in the model on, each look at the acquisition is dear enough to be spared. */
const MANY = 100;
const FULL: Effort = { drawn: 400, nearby: 40, climbs: 6, steps: 60 };
const SPARING: Effort = { drawn: 150, nearby: 20, climbs: 4, steps: 40 };

/** Where no run is yet, if two could have the same point, and nothing is excluded. */
const openIn = (space: PointSpace, history: readonly Observation[]): ((x: Float64Array) => boolean) => {
  const { allows, hasExclusions } = space.space;
  const isAllowed = (x: Float64Array): boolean => !hasExclusions || allows(space.decode(x));
  if (!space.isFinite) return isAllowed;
  const taken = new Set(history.map((run) => space.keyOf(space.encode(run.assignment))));
  return (x) => !taken.has(space.keyOf(x)) && isAllowed(x);
};

const byModel = (space: PointSpace, history: readonly Observation[], rng: Rng): Float64Array | null => {
  const { points, values, parameters } = modelOf(space, history);
  const pending = history
    .filter((run) => run.status === 'running')
    .slice(-MOST_PENDING)
    .map((run) => space.encode(run.assignment));
  const acquisition = new Acquisition({ points, values, pending }, parameters, space.categories, rng);
  const best = [...values.keys()]
    .sort((a, b) => (values[a] as number) - (values[b] as number))
    .slice(0, BEST_RUNS)
    .map((i) => points[i] as Float64Array);
  const scales = parameters.weights.map((weight) => 1 / Math.sqrt(weight));
  const region = { space, acquisition, scales, isOpen: openIn(space, history) };
  return propose(region, best, points.length < MANY ? FULL : SPARING, rng);
};

export const gpSampler: Sampler = {
  method: 'gp',
  usesHistory: true,
  enumerates: false,
  suggest(space: Space, history, rng, context) {
    const results = history.filter(({ losses, status }) => losses !== null && status !== 'running').length;
    const points = pointSpaceOf(space);
    if (results < START_UP || points.axes.length === 0) {
      return sobolSampler.suggest(space, history, rng, context);
    }
    const x = context.attempt === 0 ? byModel(points, history, rng) : null;
    return fresh(x === null ? space.draw(rng) : points.decode(x));
  },
};
