/**
 * A small seeded generator whose whole state can be written into a checkpoint and read back, so that a resumed
 * run draws the same numbers as an uninterrupted one. sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state,
 * period at least 2^32, passes PractRand; seeds are spread by splitmix32 over an FNV-1a hash of the label.
 */
export type RngState = readonly [number, number, number, number];

export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, bound). @throws RangeError unless 1 <= bound <= 2^32 */
  int(bound: number): number;
  /** Standard normal (Box-Muller, both halves drawn at once and one thrown away, so that state stays 4 words). */
  normal(): number;
  /** The state after everything drawn so far. */
  state(): RngState;
}

const splitmix32 = (seed: number) => {
  let a = seed | 0;
  return () => {
    a = (a + 0x9e3779b9) | 0;
    let t = a ^ (a >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
};

const fnv1a = (text: string) => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

/** A stream of its own for each (seed, label): `createRng(7, 'noise')` and `createRng(7, 'batches')` never meet. */
export const createRng = (seed: number, label = ''): Rng => {
  const mix = splitmix32(seed ^ fnv1a(label));
  const high = splitmix32(Math.floor(seed / 2 ** 32) ^ mix());
  const rng = restoreRng([mix(), mix(), high(), 1]);
  for (let i = 0; i < 12; i++) rng.next();
  return rng;
};

/** The generator that `state` was taken from, at that point. */
export const restoreRng = (state: RngState): Rng => {
  let [a, b, c, d] = state;
  const next32 = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  return {
    next: () => next32() / 2 ** 32,
    int(bound) {
      if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
        throw new RangeError(`Rng.int: bound must be an integer from 1 to 2^32, got ${bound}`);
      }
      return Math.floor((next32() / 2 ** 32) * bound);
    },
    normal() {
      const u = 1 - next32() / 2 ** 32;
      const v = next32() / 2 ** 32;
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    },
    state: () => [a, b, c, d],
  };
};
