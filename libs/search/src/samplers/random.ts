/** Random search: each parameter is drawn from its distribution, independently of all runs before. */
import type { Sampler } from '../sampler.ts';

export const randomSampler: Sampler = {
  method: 'random',
  usesHistory: false,
  enumerates: false,
  suggest: (space, _history, rng) => ({ kind: 'assignment', assignment: space.draw(rng) }),
};
