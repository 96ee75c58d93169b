/** Random search: each parameter is drawn from its distribution, independently of all runs before. */
import { fresh, type Sampler } from '../sampler.ts';

export const randomSampler: Sampler = {
  method: 'random',
  usesHistory: false,
  enumerates: false,
  suggest: (space, _history, rng) => fresh(space.draw(rng)),
};
