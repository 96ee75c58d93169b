/**
 * CMA-ES, Hansen, The CMA Evolution Strategy: A Tutorial (2016): generations drawn from a normal distribution that
 * moves to where the better half of them is and takes the shape of the way there. cmaes/strategy.ts has its equations,
 * cmaes/draws.ts how a generation is drawn, cmaes/generations.ts how runs, whatever the order in which they end,
 * become generations, and what becomes of categories and conditions.
 */
import type { ParameterValue, Rng } from '@plumage/contract';
import { fresh, type Sampler } from '../sampler.ts';
import { type Axis, valueAt } from '../space/axis.ts';
import { normalVector, orthogonalVector } from './cmaes/draws.ts';
import { replay } from './cmaes/generations.ts';
import { colour, type Distribution } from './cmaes/strategy.ts';

const isInside = (x: Float64Array): boolean => x.every((at) => at >= 0 && at <= 1);

/** The point of `first` if it lies within the cube; else another draw, up to 10 a dimension; else the nearest place. */
const drawInside = (
  { mean, sigma, ...shape }: Distribution,
  first: Float64Array,
  widening: number,
  rng: Rng,
): Float64Array => {
  let z = first;
  for (let tries = 0; ; tries++) {
    const y = colour({ mean, sigma, ...shape }, z);
    const x = mean.map((at, i) => at + widening * sigma * (y[i] as number));
    if (isInside(x)) return x;
    if (tries === 10 * mean.length) return x.map((at) => Math.min(Math.max(at, 0), 1));
    z = normalVector(mean.length, rng);
  }
};

const pick = (chances: Float64Array, rng: Rng): number => {
  let left = rng.next();
  const found = chances.findIndex((chance) => (left -= chance) < 0);
  return found < 0 ? chances.length - 1 : found;
};

export const cmaesSampler: Sampler = {
  method: 'cmaes',
  usesHistory: true,
  enumerates: false,
  suggest(space, history, rng, { seed, attempt }) {
    const { state, coordinates } = replay(space, history, seed);
    const { distribution, probabilities, taken } = state;
    const n = coordinates.numbers.length;
    // A point that is taken already is left by drawing again, each time from further around.
    const first = (): Float64Array =>
      attempt === 0 ? orthogonalVector(n, seed, taken, history.length - taken) : normalVector(n, rng);
    const x = distribution === null ? null : drawInside(distribution, first(), 1 + attempt / 10, rng);
    const valueOf = (axis: Axis): ParameterValue => {
      const i = coordinates.indexOf.get(axis.path);
      const chances = i === undefined ? undefined : probabilities[i];
      if (axis.kind === 'categorical' && chances !== undefined) {
        return axis.values[pick(chances, rng)] ?? valueAt(axis, 0);
      }
      return valueAt(axis, (i === undefined ? undefined : x?.[i]) ?? 0.5);
    };
    return fresh(space.assemble(valueOf));
  },
};
