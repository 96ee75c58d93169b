/**
 * How a child differs from its parents: simulated binary crossover (Deb & Agrawal 1995) and polynomial mutation (Deb &
 * Goyal 1996), in their forms for bounded variables, on places in the unit interval.
 */
import type { Rng } from '@plumage/contract';

/** How alike children are to their parents; larger is more alike. Deb's own usual values. */
const CROSSOVER_INDEX = 15;
const MUTATION_INDEX = 20;

/** One of the two children of `a` and `b`, both in [0, 1]. */
export const crossPlaces = (a: number, b: number, rng: Rng): number => {
  const [low, high] = a < b ? [a, b] : [b, a];
  if (high - low < 1e-14) return a;
  const u = rng.next();
  const isLower = rng.next() < 0.5;
  const room = 1 + (2 * (isLower ? low : 1 - high)) / (high - low);
  const alpha = 2 - room ** -(CROSSOVER_INDEX + 1);
  const spread =
    u <= 1 / alpha
      ? (u * alpha) ** (1 / (CROSSOVER_INDEX + 1))
      : (1 / (2 - u * alpha)) ** (1 / (CROSSOVER_INDEX + 1));
  const child = (low + high + (isLower ? -1 : 1) * spread * (high - low)) / 2;
  return Math.min(Math.max(child, 0), 1);
};

/** A place near `at`, within [0, 1]. */
export const mutatePlace = (at: number, rng: Rng): number => {
  const u = rng.next();
  const power = 1 / (MUTATION_INDEX + 1);
  const step =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - at) ** (MUTATION_INDEX + 1)) ** power - 1
      : 1 - (2 * (1 - u) + (2 * u - 1) * at ** (MUTATION_INDEX + 1)) ** power;
  return Math.min(Math.max(at + step, 0), 1);
};
