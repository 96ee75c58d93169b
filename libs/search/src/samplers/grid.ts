/**
 * Grid search: run n gets point n of the space's order (see space.ts); a point that another run already has, because
 * it was queued by hand, is stepped over, and the steps go round, so that every point is reached.
 */
import { fresh, type Sampler } from '../sampler.ts';

export const gridSampler: Sampler = {
  method: 'grid',
  usesHistory: false,
  enumerates: true,
  suggest(space, _history, _rng, { runNumber, attempt }) {
    if (attempt >= space.size) return { kind: 'exhausted' };
    return fresh(space.pointAt((runNumber - 1 + attempt) % space.size));
  },
};
