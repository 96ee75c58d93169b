/**
 * Quasi-random search: run n gets point n of a scrambled Sobol' sequence, so that any number of runs covers the space
 * more evenly than chance does, and callers need not know of each other. The scramble is Owen's, "Randomly permuted
 * (t,m,s)-nets and (t,s)-sequences" (1995): whether a bit is flipped depends on the bits above it, decided by a hash
 * that the sweep's seed and the coordinate key.
 *
 * Every parameter has a coordinate of its own in the space's order; one whose condition does not hold leaves its
 * coordinate unused. Parameters beyond the table's 128 are drawn at random.
 */
import { createRng, type Rng } from '@plumage/contract';
import { fresh, type Sampler } from '../sampler.ts';
import { valueAt } from '../space/axis.ts';
import { uniform53 } from '../space/domain.ts';
import { DIMENSIONS, sobolBits } from './sobol/directions.ts';

/**
 * A run whose point is taken or excluded looks this many points further on, where no other run begins: sweeps have
 * fewer runs, and any block of 2^20 points is as even as the first.
 */
const STRIDE = 2 ** 20;

/** lowbias32: every bit of the input reaches every bit of the output (Chris Wellons's hash prospector). */
const mix = (input: number): number => {
  let h = input;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Owen's nested uniform scramble of 32 bits. */
export const owenScramble = (bits: number, key: number): number => {
  let flips = 0;
  for (let bit = 31; bit >= 0; bit--) {
    const above = bit === 31 ? 0 : bits >>> (bit + 1);
    if ((mix(mix(key ^ Math.imul(bit + 1, 0x9e3779b9)) ^ above) & 1) === 1) flips |= 1 << bit;
  }
  return (bits ^ flips) >>> 0;
};

/** A place in [0, 1); the 32 bits of the sequence name a cell, in which chance decides. */
const place = (dimension: number, index: number, key: number, rng: Rng): number =>
  dimension < DIMENSIONS
    ? (owenScramble(sobolBits(dimension, index), key) + rng.next()) / 2 ** 32
    : uniform53(rng);

export const sobolSampler: Sampler = {
  method: 'sobol',
  usesHistory: false,
  enumerates: false,
  suggest(space, _history, rng, { runNumber, attempt, seed }) {
    const index = (runNumber - 1 + attempt * STRIDE) % 2 ** 32;
    const keys = createRng(seed, 'scramble');
    const keyOf = space.axes.map(() => keys.int(2 ** 32));
    return fresh(space.assemble((axis, i) => valueAt(axis, place(i, index, keyOf[i] ?? 0, rng))));
  },
};
