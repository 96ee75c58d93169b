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
import { type Fit, fitOf } from './gp/fit.ts';
import { evidenceOf } from './gp/losses.ts';
import { type PointSpace, pointSpaceOf } from './gp/points.ts';
import { type Effort, propose } from './gp/propose.ts';
import { representatives } from './gp/representatives.ts';
import { sobolSampler } from './sobol.ts';

/** So many results before the first model. */
const START_UP = 10;
/** Pending runs beyond the newest so many are left out. */
const MOST_PENDING = 64;
/** The acquisition is looked at around so many of the best runs. */
const BEST_RUNS = 5;

const effortFor = (size: number): Effort =>
  size <= 128
    ? { drawn: 400, nearby: 40, climbs: 6, steps: 60 }
    : { drawn: 100, nearby: 20, climbs: 3, steps: 30 };

const byModel = (points: PointSpace, history: readonly Observation[], rng: Rng): Float64Array | null => {
  const evidence = representatives(evidenceOf(history));
  const xs = evidence.map(({ run }) => points.encode(run.assignment));
  const { parameters, warp }: Fit = fitOf(points, evidence);
  const values = Float64Array.from(evidence, ({ loss }) => warp(loss));
  const pending = history
    .filter((run) => run.status === 'running')
    .slice(-MOST_PENDING)
    .map((run) => points.encode(run.assignment));
  const acquisition = new Acquisition({ points: xs, values, pending }, parameters, points.categories, rng);
  const best = [...values.keys()]
    .sort((a, b) => (values[a] as number) - (values[b] as number))
    .slice(0, BEST_RUNS)
    .map((i) => xs[i] as Float64Array);
  const scales = parameters.weights.map((weight) => 1 / Math.sqrt(weight));
  const isTaken = (x: Float64Array): boolean =>
    points.isFinite && history.some((run) => points.encode(run.assignment).every((at, i) => at === x[i]));
  return propose(points, acquisition, best, scales, isTaken, effortFor(xs.length), rng);
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
