/**
 * Bayesian optimisation with a Gaussian process: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006)
 * for the model; Snoek, Larochelle & Adams, Practical Bayesian Optimization (2012) for Matern-5/2 with a length scale
 * for each parameter; Ament et al., Unexpected Improvements to Expected Improvement (2023) for what is climbed;
 * Ginsbourger, Le Riche & Carraro (2010) for runs that go on. gp/ has one file for each.
 *
 * Conditional parameters are in the model with all others (see gp/points.ts).
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

/** The points that runs have, where two could have the same. */
const takenBy = (space: PointSpace, history: readonly Observation[]): ((x: Float64Array) => boolean) => {
  if (!space.isFinite) return () => false;
  const taken = new Set(history.map((run) => space.keyOf(space.encode(run.assignment))));
  return (x) => taken.has(space.keyOf(x));
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
  const effort = points.length < MANY ? FULL : SPARING;
  return propose(space, acquisition, best, scales, takenBy(space, history), effort, rng);
};

export const gpSampler: Sampler = {
  method: 'gp',
  usesHistory: true,
  enumerates: false,
  suggest(space: Space, history, rng, context) {
    const results = history.reduce(
      (count, run) => count + Number(run.losses !== null && run.status !== 'running'),
      0,
    );
    const points = pointSpaceOf(space);
    if (results < START_UP || points.axes.length === 0) {
      return sobolSampler.suggest(space, history, rng, context);
    }
    if (context.attempt > 0) return fresh(space.draw(rng));
    const x = byModel(points, history, rng);
    return fresh(x === null ? space.draw(rng) : points.decode(x));
  },
};
