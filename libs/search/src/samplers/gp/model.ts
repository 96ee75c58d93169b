/**
 * The model of a history: which results it is made of and with which hyperparameters. What was fitted last is kept
 * and used again while the results that it was fitted to are the same; they change at every result at first and
 * then ever more rarely, since a fit costs ten times as much as the rest.
 */
import type { Observation } from '../../sampler.ts';
import { fitHyperparameters } from './fit.ts';
import type { Hyperparameters } from './kernel.ts';
import { type Evidence, evidenceOf, warpOf } from './losses.ts';
import type { PointSpace } from './points.ts';
import { representatives } from './representatives.ts';

/** A factorisation of 128 points costs 0.7 ms; of 64, of which a fit needs about thirty, 0.1 ms. */
const MOST_POINTS = 128;
const MOST_FITTED = 64;
/** Up to so many results each one brings a new fit; beyond, one result in 1/16 to 1/32 of them. */
const EVERY_ONE = 32;

export interface Model {
  readonly parameters: Hyperparameters;
  readonly points: readonly Float64Array[];
  /** Losses, warped to mean 0 and variance 1 over the fitted ones. */
  readonly values: Float64Array;
}

interface Fit {
  readonly evidence: readonly Evidence[];
  readonly parameters: Hyperparameters;
  readonly warp: (loss: number) => number;
}

const lastFits = new WeakMap<PointSpace, Fit>();

const isSame = (a: readonly Evidence[], b: readonly Evidence[]): boolean =>
  a.length === b.length &&
  a.every(({ run, loss }, i) => run.assignment === b[i]?.run.assignment && loss === b[i].loss);

/** The largest count up to `results` at which a fit is made. */
const milestone = (results: number): number => {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(results / EVERY_ONE)) + 1);
  return results < EVERY_ONE ? results : results - (results % step);
};

const fitTo = (space: PointSpace, evidence: readonly Evidence[]): Fit => {
  const before = lastFits.get(space);
  if (before !== undefined && isSame(before.evidence, evidence)) return before;
  const warp = warpOf(evidence.map(({ loss }) => loss));
  const points = evidence.map(({ run }) => space.encode(run.assignment));
  const values = Float64Array.from(evidence, ({ loss }) => warp(loss));
  const fit = { evidence, warp, parameters: fitHyperparameters(points, values, space.categories) };
  lastFits.set(space, fit);
  return fit;
};

/** @param history with at least one result */
export const modelOf = (space: PointSpace, history: readonly Observation[]): Model => {
  const evidence = evidenceOf(history);
  const fitted = evidence.slice(0, milestone(evidence.length));
  const { parameters, warp } = fitTo(space, representatives(fitted, MOST_FITTED));
  const shown = representatives(evidence, MOST_POINTS);
  return {
    parameters,
    points: shown.map(({ run }) => space.encode(run.assignment)),
    values: Float64Array.from(shown, ({ loss }) => warp(loss)),
  };
};
